//! Finds names that both sides have, and that another object may have taken: in `a` becomes `b` while `b` becomes `c`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{tokens::Token, version::Tokens};

/// The shape of all names.
const NAME: usize = 0;

/// The identifiers that replaced others in the same place: the one before, and those after.
#[derive(Clone, Debug, Default)]
pub(super) struct Substitutions(BTreeMap<String, BTreeSet<String>>);

impl Substitutions {
    /// Compares the uses of names in two versions of the source files.
    pub fn of(files: &[Tokens], names: &BTreeSet<&str>) -> Self {
        let mut found = Self::default();
        for file in files {
            if let Some(after) = &file.after {
                found.add(&file.before, after, names);
            }
        }
        found
    }

    fn add<'t>(&mut self, before: &'t [Token], after: &'t [Token], names: &BTreeSet<&str>) {
        // All names are alike, so that a name is no anchor where another one took it.
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut shape = |token: &'t Token| {
            let next = numbers.len() + 1;
            let is_name = names.contains(token.text.as_str());
            if is_name {
                NAME
            } else {
                *numbers.entry(&token.text).or_insert(next)
            }
        };
        let old: Vec<usize> = before.iter().map(&mut shape).collect();
        let new: Vec<usize> = after.iter().map(&mut shape).collect();
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = op
            else {
                continue;
            };
            // The places of declared fields follow those of columns, whether these are renamed or new.
            let is_declared = |at: usize| at > 0 && after[at - 1].is("pub");
            for offset in (0..len).filter(|offset| old[old_index + offset] == NAME && !is_declared(new_index + offset))
            {
                let (from, to) = (&before[old_index + offset].text, &after[new_index + offset].text);
                self.0.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }

    /// Returns the names that both sides have, of which one of the others became this one, and that became another one.
    /// Each name is given before and after.
    pub fn taken<'n>(&self, old: &BTreeSet<&'n str>, new: &BTreeSet<&'n str>) -> BTreeSet<&'n str> {
        let became = |from: &str, to: &str| from != to && self.0.get(from).is_some_and(|names| names.contains(to));
        let is_taken =
            |name: &&str| old.iter().any(|other| became(other, name)) && new.iter().any(|other| became(name, other));
        old.intersection(new).copied().filter(is_taken).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Substitutions;
    use crate::uses::{SourceChange, version::tokens_of};

    #[test]
    fn a_name_that_another_one_took_is_found() {
        let change = SourceChange {
            before: Some("fn f() { t::body.eq(x); t::body_html.eq(y); t::id }".into()),
            after: Some("fn f() { t::markdown.eq(x); t::body.eq(y); t::id }".into()),
        };
        let found = Substitutions::of(&tokens_of(&[change]), &["id", "body", "body_html", "markdown"].into());
        let taken = found.taken(&["id", "body", "body_html"].into(), &["id", "markdown", "body"].into());
        assert_eq!(taken, ["body"].into());
    }
}
