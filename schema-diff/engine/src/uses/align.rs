//! Aligns the tokens of two versions of a file.

use std::{collections::BTreeMap, ops::Range};

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
    /// The tokens between equal lines, before and after, in order.
    gaps: Vec<(Range<usize>, Range<usize>)>,
}

/// Aligns two versions of a file: equal lines first, so that a token is aligned with one of another line only if its own
/// line has changed.
pub(super) fn align(before: Side<'_>, after: Side<'_>) -> Alignment {
    let mut found = Alignment {
        after: vec![None; before.tokens.len()],
        before: vec![None; after.tokens.len()],
        gaps: Vec::new(),
    };
    let (old_lines, new_lines) = (before.lines(), after.lines());
    let old_keys: Vec<&[Shape]> = old_lines.iter().map(|line| &before.shapes[line.clone()]).collect();
    let new_keys: Vec<&[Shape]> = new_lines.iter().map(|line| &after.shapes[line.clone()]).collect();
    // The tokens of both versions that are aligned so far.
    let mut done = (0, 0);
    for op in capture_diff_slices(Algorithm::Patience, &old_keys, &new_keys) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for offset in 0..len {
                let (old, new) = (&old_lines[old_index + offset], &new_lines[new_index + offset]);
                found.gap(before, after, (done.0..old.start, done.1..new.start));
                found.pair(old.start, new.start, old.len());
                done = (old.end, new.end);
            }
        }
    }
    found.gap(before, after, (done.0..before.tokens.len(), done.1..after.tokens.len()));
    found
}

impl Side<'_> {
    /// Returns the tokens of each line that has some.
    fn lines(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        let lines = self.tokens.chunk_by(|one, other| one.line == other.line);
        let ranges = lines.map(|line| {
            start += line.len();
            start - line.len()..start
        });
        ranges.collect()
    }
}

impl Alignment {
    /// Aligns the tokens between two equal lines.
    fn gap(&mut self, before: Side<'_>, after: Side<'_>, (old, new): (Range<usize>, Range<usize>)) {
        if old.is_empty() || new.is_empty() {
            return;
        }
        self.gaps.push((old.clone(), new.clone()));
        let is_short = old.len() + new.len() < MAX_EXACT;
        let algorithm = if is_short {
            Algorithm::Myers
        } else {
            Algorithm::Patience
        };
        let (old_shapes, new_shapes) = (&before.shapes[old.clone()], &after.shapes[new.clone()]);
        for op in capture_diff_slices(algorithm, old_shapes, new_shapes) {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = op
            {
                self.pair(old.start + old_index, new.start + new_index, len);
            }
        }
    }

    /// Returns the number of the gap that contains a token before.
    pub fn gap_before(&self, at: usize) -> Option<usize> {
        let found = self.gaps.partition_point(|(old, _)| old.end <= at);
        self.gaps.get(found).filter(|(old, _)| old.contains(&at)).map(|_| found)
    }

    /// Returns the number of the gap that contains a token after.
    pub fn gap_after(&self, at: usize) -> Option<usize> {
        let found = self.gaps.partition_point(|(_, new)| new.end <= at);
        self.gaps.get(found).filter(|(_, new)| new.contains(&at)).map(|_| found)
    }

    fn pair(&mut self, old: usize, new: usize, len: usize) {
        for offset in 0..len {
            self.after[old + offset] = Some(new + offset);
            self.before[new + offset] = Some(old + offset);
        }
    }
}

/// The lines of a version: the tokens of each.
pub(super) fn lines(tokens: &[Token]) -> BTreeMap<usize, Vec<usize>> {
    let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate() {
        lines.entry(token.line).or_default().push(at);
    }
    lines
}
