//! Finds where a program embeds its migrations, in order to run them when it starts.

use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

use super::{files::rust_files, source::locate, with_stack};
use crate::declared::Location;

const MACRO: &str = "embed_migrations";

/// Returns the first `embed_migrations!` in the source files below directories, in the order of their names. Relative paths are resolved from
/// `project_root`. Files that cannot be read are skipped.
pub fn embedded_migrations(project_root: &Path, source_dirs: &[PathBuf]) -> Option<Location> {
    let directories = source_dirs.iter().map(|own| project_root.join(own));
    let mut files = directories.flat_map(|own| rust_files(&own).collect::<Vec<PathBuf>>());
    files.find_map(|path| {
        let text = std::fs::read_to_string(&path).ok()?;
        let shown = path.strip_prefix(project_root).unwrap_or(&path);
        text.contains(MACRO).then(|| place(shown, &text)).flatten()
    })
}

fn place(shown: &Path, text: &str) -> Option<Location> {
    with_stack(|| {
        let mut left = vec![text.parse::<TokenStream>().ok()?.into_iter().peekable()];
        while let Some(tokens) = left.last_mut() {
            match tokens.next() {
                None => drop(left.pop()),
                Some(TokenTree::Group(group)) => left.push(group.stream().into_iter().peekable()),
                Some(TokenTree::Ident(name)) if name == MACRO => {
                    let is_call = matches!(tokens.peek(), Some(TokenTree::Punct(own)) if own.as_char() == '!');
                    if is_call {
                        return Some(locate(&shown.into(), name.span()));
                    }
                }
                Some(_) => {}
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::place;

    #[test]
    fn only_a_call_is_one() {
        let line = |text| place(Path::new("a.rs"), text).map(|own| own.line);
        let call = "use diesel_migrations::embed_migrations;\n// embed_migrations!()\nconst ALL: M =\n    embed_migrations!(\"x\");";
        assert_eq!(line(call), Some(4));
        assert_eq!(
            line("mod a { fn b() { c(diesel_migrations::embed_migrations!()) } }"),
            Some(1)
        );
        for other in [
            "use diesel_migrations::embed_migrations;",
            "const A: &str = \"embed_migrations!()\";",
            "embed_migrations!( {",
        ] {
            assert_eq!(line(other), None, "{other}");
        }
    }
}
