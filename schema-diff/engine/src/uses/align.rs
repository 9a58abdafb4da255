//! Aligns the tokens of two versions of a file.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{tokens::Token, wildcards::Shape};

/// From this number of tokens on, an alignment need not be the longest one.
const MAX_EXACT: usize = 40_000;

/// One version of a file: its tokens and their shapes.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub tokens: &'a [Token],
    pub shapes: &'a [Shape],
}

/// The alignment of two versions.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    /// For each token before, the one after that it became.
    pub after: Vec<Option<usize>>,
    /// For each token after, the one before.
    pub before: Vec<Option<usize>>,
}

/// Aligns two versions of a file.
pub(super) fn align(before: Side<'_>, after: Side<'_>) -> Alignment {
    let mut found = Alignment {
        after: vec![None; before.tokens.len()],
        before: vec![None; after.tokens.len()],
    };
    let is_short = before.tokens.len() + after.tokens.len() < MAX_EXACT;
    let algorithm = if is_short {
        Algorithm::Myers
    } else {
        Algorithm::Patience
    };
    for op in capture_diff_slices(algorithm, before.shapes, after.shapes) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for offset in 0..len {
                found.after[old_index + offset] = Some(new_index + offset);
                found.before[new_index + offset] = Some(old_index + offset);
            }
        }
    }
    found
}

/// The lines of a version: the tokens of each.
pub(super) fn lines(tokens: &[Token]) -> BTreeMap<usize, Vec<usize>> {
    let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate() {
        lines.entry(token.line).or_default().push(at);
    }
    lines
}
