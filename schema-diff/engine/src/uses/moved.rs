//! Finds lines that moved to another place, or to another file.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::wildcards::Shape;

/// A line that was removed or added: its file, the indexes of its tokens, and their shapes.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub file: usize,
    pub tokens: Vec<usize>,
    pub shapes: Vec<Shape>,
}

/// The least number of tokens in a block of lines that moved.
const MIN_TOKENS: usize = 16;
/// The maximal number of rounds; each finds blocks in the same order.
const ROUNDS: usize = 4;

/// Pairs removed lines with added ones of the same shape, in blocks.
pub(super) fn pair(removed: &[Line], added: &[Line]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut olds: Vec<usize> = (0..removed.len()).collect();
    let mut news: Vec<usize> = (0..added.len()).collect();
    for _ in 0..ROUNDS {
        let old_shapes: Vec<&[Shape]> = olds.iter().map(|at| removed[*at].shapes.as_slice()).collect();
        let new_shapes: Vec<&[Shape]> = news.iter().map(|at| added[*at].shapes.as_slice()).collect();
        let ops = capture_diff_slices(Algorithm::Patience, &old_shapes, &new_shapes);
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for op in ops {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = op
                && old_shapes[old_index..old_index + len]
                    .iter()
                    .map(|line| line.len())
                    .sum::<usize>()
                    >= MIN_TOKENS
                && len > 1
            {
                pairs.extend((0..len).map(|offset| (olds[old_index + offset], news[new_index + offset])));
            }
        }
        if pairs.is_empty() {
            break;
        }
        olds.retain(|old| !pairs.iter().any(|(own, _)| own == old));
        news.retain(|new| !pairs.iter().any(|(_, own)| own == new));
        found.extend(pairs);
    }
    found
}
