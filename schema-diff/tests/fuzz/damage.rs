//! Texts as they are not: a right one with parts removed, doubled, moved or replaced.

use proptest::{prelude::*, sample::Index};

/// One edit of a text.
#[derive(Clone, Debug)]
pub struct Damage {
    start: Index,
    length: usize,
    to: Index,
    with: &'static str,
    how: u8,
}

impl Damage {
    fn apply(&self, text: &str) -> String {
        let start = text.floor_char_boundary(self.start.index(text.len() + 1));
        let end = text.floor_char_boundary((start + self.length).min(text.len()));
        let (before, part, after) = (&text[..start], &text[start..end], &text[end..]);
        match self.how {
            0 => format!("{before}{}{part}{part}{after}", self.with),
            1 => {
                let rest = format!("{before}{}{after}", self.with);
                let to = rest.floor_char_boundary(self.to.index(rest.len() + 1));
                format!("{}{part}{}", &rest[..to], &rest[to..])
            }
            2 => before.to_owned() + self.with,
            _ => format!("{before}{}{after}", self.with),
        }
    }
}

/// One of these texts, damaged up to three times with these pieces.
pub fn damaged(texts: Vec<String>, pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let damage = (
        any::<Index>(),
        0..40_usize,
        any::<Index>(),
        prop::sample::select(pieces),
        0..8_u8,
    );
    let damage = damage.prop_map(|(start, length, to, with, how)| Damage {
        start,
        length,
        to,
        with,
        how,
    });
    (prop::sample::select(texts), prop::collection::vec(damage, 1..4))
        .prop_map(|(text, damages)| damages.iter().fold(text, |text, damage| damage.apply(&text)))
}

/// Names that Postgres allows and people avoid.
pub fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z_]{1,8}",
        4 => "[a-zA-Z0-9_.:=\"' -]{1,10}",
        2 => "[^\0]{1,10}",
        1 => prop::sample::select(vec!["public", "\"", ".", "a.b", "-x", "--drop", "\u{a0}", "$1", "`", "!", "a\nb", "\\", "\u{202e}"]).prop_map(str::to_owned),
    ]
}
