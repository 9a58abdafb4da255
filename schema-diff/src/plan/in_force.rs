//! Texts of before under the names that are in force when things are put back: labels are renamed by then, types are not yet.
//!
//! Postgres follows such renames by itself in what it keeps; this is for what is taken down and said again.

use super::{Direction, Planner};
use crate::model::{TypeName, quote_literal};

impl Planner<'_> {
    /// A text in Postgres's words of before any rename.
    pub(super) fn in_force(&self, text: &str) -> String {
        let renames = self.request.renames;
        let mut text = text.to_owned();
        if self.request.direction == Direction::Up {
            for (name, labels) in &renames.labels {
                text = with_casts(&text, name, name, |head| {
                    let (from, to) = labels.iter().find(|(from, _)| head.ends_with(&quote_literal(from)))?;
                    let kept = head.len() - quote_literal(from).len();
                    Some(format!("{}{}", &head[..kept], quote_literal(to)))
                });
            }
        }
        for (now, in_force) in &self.flipped.types {
            text = with_casts(&text, now, in_force, |_| None);
        }
        text
    }
}

/// The text with another type in its casts to `from`, and what stands before each of them changed.
fn with_casts(text: &str, from: &TypeName, to: &TypeName, change: impl Fn(&str) -> Option<String>) -> String {
    let (cast, new) = (format!("::{}", from.qualified()), format!("::{}", to.qualified()));
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(&cast) {
        let (head, tail) = (&rest[..at], &rest[at + cast.len()..]);
        let is_whole = !tail.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        if is_whole {
            out += &change(head).unwrap_or_else(|| head.to_owned());
            out += &new;
        } else {
            out += head;
            out += &cast;
        }
        rest = tail;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::with_casts;
    use crate::model::QualifiedName;

    #[test]
    fn casts_to_the_type_and_to_no_other() {
        let (old, new) = (QualifiedName::public("status"), QualifiedName::public("order_status"));
        assert_eq!(
            with_casts(
                "a = 'x'::public.status OR b = 'x'::public.status_old",
                &old,
                &new,
                |head| { head.strip_suffix("'x'").map(|head| format!("{head}'y'")) }
            ),
            "a = 'y'::public.order_status OR b = 'x'::public.status_old"
        );
    }
}
