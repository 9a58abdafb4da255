//! Finds names that both sides have, and that another object may have taken: in `a` becomes `b` while `b` becomes `c`.

use std::collections::{BTreeMap, BTreeSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{
    SourceChange,
    tokens::{Token, tokens},
};

/// The identifiers that replaced others in the same place: the one before, and those after.
#[derive(Clone, Debug, Default)]
pub(super) struct Substitutions(BTreeMap<String, BTreeSet<String>>);

impl Substitutions {
    /// Compares two versions of the source files.
    pub fn of(files: &[SourceChange]) -> Self {
        let mut found = Self::default();
        for file in files {
            if let (Some(before), Some(after)) = (&file.before, &file.after)
                && before != after
                && let (Some(before), Some(after)) = (tokens(before), tokens(after))
            {
                found.add(&before, &after);
            }
        }
        found
    }

    fn add(&mut self, before: &[Token], after: &[Token]) {
        let texts = |tokens: &[Token]| -> Vec<String> { tokens.iter().map(|token| token.text.clone()).collect() };
        let (old, new) = (texts(before), texts(after));
        for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
            if let DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } = op
                && old_len == new_len
            {
                for at in 0..old_len {
                    let (from, to) = (old[old_index + at].clone(), new[new_index + at].clone());
                    self.0.entry(from).or_default().insert(to);
                }
            }
        }
    }

    /// Returns the names that both sides have, of which one of the others became this one, and that became another one.
    /// Each name is given before and after.
    pub fn taken<'n>(&self, old: &BTreeSet<&'n str>, new: &BTreeSet<&'n str>) -> BTreeSet<&'n str> {
        let became = |from: &str, to: &str| from != to && self.0.get(from).is_some_and(|names| names.contains(to));
        let is_taken = |name: &&str| {
            old.iter().any(|other| became(other, name)) && new.iter().any(|other| became(name, other))
        };
        old.intersection(new).copied().filter(is_taken).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Substitutions;
    use crate::uses::SourceChange;

    #[test]
    fn a_name_that_another_one_took_is_found() {
        let change = SourceChange {
            before: Some("fn f() { t::body.eq(x); t::body_html.eq(y); t::id }".into()),
            after: Some("fn f() { t::markdown.eq(x); t::body.eq(y); t::id }".into()),
        };
        let found = Substitutions::of(&[change]);
        let taken = found.taken(&["id", "body", "body_html"].into(), &["id", "markdown", "body"].into());
        assert_eq!(taken, ["body"].into());
    }
}
