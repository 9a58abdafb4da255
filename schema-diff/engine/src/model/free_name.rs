//! Names that nothing else has.

use super::name::MAX_IDENTIFIER_BYTES;

/// Returns a name with an ending that is not taken, cut to the length that Postgres allows, with a number if it has to be.
pub fn free_name(name: &str, ending: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (0_u32..).map(|number| {
        let ending = match number {
            0 => ending.to_owned(),
            number => format!("{ending}{number}"),
        };
        let length = name.floor_char_boundary(name.len().min(MAX_IDENTIFIER_BYTES - ending.len()));
        format!("{}{ending}", &name[..length])
    });
    let mut free = numbered.filter(|name| !is_taken(name));
    free.next().unwrap_or_default()
}
