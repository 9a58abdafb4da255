//! Finds names that both sides have, and that another object may have taken: in `a` becomes `b` while `b` becomes `c`.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
    ops::Range,
};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{tokens::Token, version::Tokens};

/// The least number of tokens of a line whose names say something: a name alone may be any.
const MIN_TOKENS: usize = 4;

/// The identifiers that replaced others in the same place: those after, by the one before.
#[derive(Clone, Debug, Default)]
pub(super) struct Substitutions {
    in_code: Replaced,
    /// Of declared fields, whose places follow those of columns, whether these are renamed or new.
    declared: Replaced,
}

type Replaced = BTreeMap<String, BTreeSet<String>>;

/// A line as tokens.
type Line<'t> = &'t [Token];

impl Substitutions {
    /// Compares the uses of names in two versions of the source files.
    pub fn of(files: &[Tokens], names: &BTreeSet<&str>) -> Self {
        let mut found = Self::default();
        for file in files {
            if let Some(after) = &file.after {
                found.add(&lines(&file.before), &lines(after), names);
            }
        }
        found
    }

    /// Compares the lines between those that have no name and are equal. Where their numbers differ, compares those
    /// between equal lines.
    fn add(&mut self, before: &[Line<'_>], after: &[Line<'_>], names: &BTreeSet<&str>) {
        for (old, new) in gaps(&without_names(before, 0, names), &without_names(after, 1, names)) {
            let (old, new) = (&before[old], &after[new]);
            if old.len() == new.len() {
                self.add_pairs(old, new, names);
                continue;
            }
            for (inner_old, inner_new) in gaps(&texts(old), &texts(new)) {
                if inner_old.len() == inner_new.len() {
                    self.add_pairs(&old[inner_old], &new[inner_new], names);
                }
            }
        }
    }

    /// Adds the names of lines that are otherwise equal, line by line.
    fn add_pairs(&mut self, before: &[Line<'_>], after: &[Line<'_>], names: &BTreeSet<&str>) {
        let is_name = |token: &Token| names.contains(token.text.as_str());
        let is_like = |(old, new): &(&Token, &Token)| old.text == new.text || (is_name(old) && is_name(new));
        for (old, new) in before.iter().zip(after) {
            let mut pairs = old.iter().zip(new.iter());
            if old.len() != new.len() || old.len() < MIN_TOKENS || !pairs.clone().all(|pair| is_like(&pair)) {
                continue;
            }
            let is_declared = old.iter().any(|token| token.is("pub"));
            let place = if is_declared {
                &mut self.declared
            } else {
                &mut self.in_code
            };
            pairs.by_ref().filter(|(old, _)| is_name(old)).for_each(|(old, new)| {
                place.entry(old.text.clone()).or_default().insert(new.text.clone());
            });
        }
    }

    /// Returns the names that both sides have, of which one of the others became this one, and that became another one,
    /// one of them in more than declarations. Each name is given before and after.
    pub fn taken<'n>(&self, old: &BTreeSet<&'n str>, new: &BTreeSet<&'n str>) -> BTreeSet<&'n str> {
        let has = |place: &Replaced, from: &str, to: &str| place.get(from).is_some_and(|names| names.contains(to));
        let is_taken = |name: &&str| {
            let arrived = |place: &Replaced| old.iter().any(|other| other != name && has(place, other, name));
            let left = |place: &Replaced| new.iter().any(|other| other != name && has(place, name, other));
            (arrived(&self.in_code) && (left(&self.in_code) || left(&self.declared)))
                || (arrived(&self.declared) && left(&self.in_code))
        };
        old.intersection(new).copied().filter(is_taken).collect()
    }
}

fn lines(tokens: &[Token]) -> Vec<Line<'_>> {
    tokens.chunk_by(|one, other| one.line == other.line).collect()
}

/// Returns the text of each line.
fn texts<'t>(lines: &[Line<'t>]) -> Vec<Vec<&'t str>> {
    let texts = lines
        .iter()
        .map(|line| line.iter().map(|token| token.text.as_str()).collect());
    texts.collect()
}

/// Returns the text of each line without names; a line with names equals none of the other side.
fn without_names<'t>(
    lines: &[Line<'t>],
    side: usize,
    names: &BTreeSet<&str>,
) -> Vec<Result<Vec<&'t str>, (usize, usize)>> {
    let texts = texts(lines).into_iter().enumerate();
    let keys = texts.map(|(at, line)| {
        let has_name = line.iter().any(|text| names.contains(text));
        if has_name { Err((side, at)) } else { Ok(line) }
    });
    keys.collect()
}

/// Returns the ranges between equal elements of two lists.
fn gaps<K: Hash + Eq + Ord>(before: &[K], after: &[K]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut done = (0, 0);
    let ends = (before.len(), after.len());
    let equal = capture_diff_slices(Algorithm::Patience, before, after)
        .into_iter()
        .filter_map(|op| match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => Some((old_index, new_index, len)),
            _ => None,
        });
    for (old, new, len) in equal.chain([(ends.0, ends.1, 0)]) {
        if done.0 < old && done.1 < new {
            found.push((done.0..old, done.1..new));
        }
        done = (old + len, new + len);
    }
    found
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
