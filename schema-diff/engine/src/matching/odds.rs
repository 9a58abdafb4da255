//! Scores pairs, considering all other pairs of their two names.
//!
//! Each name is the same object as at most one other. Every assignment has the product of its pairs' odds as its
//! weight; a pair's score is the share of the assignments that contain it. It is computed by message passing (belief
//! propagation): exact if the pairs form no cycle, and a close approximation otherwise.

use std::collections::BTreeMap;

/// The maximal number of rounds; the messages converge long before.
const ROUNDS: usize = 50;

/// Returns the score of each pair `(old, new, log-odds)`, in their order: between 0 and 1.
pub fn scores(pairs: &[(usize, usize, f64)]) -> Vec<f64> {
    let odds: Vec<f64> = pairs.iter().map(|(.., log_odds)| log_odds.exp()).collect();
    let mut by_old: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut by_new: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (old, new, _)) in pairs.iter().enumerate() {
        by_old.entry(*old).or_default().push(at);
        by_new.entry(*new).or_default().push(at);
    }
    // How free one end is for the pair, considering its other pairs: 1 if it has none.
    let mut old_free = vec![1.0; pairs.len()];
    let mut new_free = vec![1.0; pairs.len()];
    for _ in 0..ROUNDS {
        let next_old = free(&by_old, &odds, &new_free);
        let next_new = free(&by_new, &odds, &next_old);
        let moved = old_free.iter().zip(&next_old).chain(new_free.iter().zip(&next_new));
        let most = moved.map(|(a, b): (&f64, &f64)| (a - b).abs()).fold(0.0, f64::max);
        (old_free, new_free) = (next_old, next_new);
        if most < 1e-9 {
            break;
        }
    }
    odds.iter()
        .zip(old_free.iter().zip(&new_free))
        .map(|(odds, (old, new))| {
            let together = odds * old * new;
            together / (1.0 + together)
        })
        .collect()
}

fn free(ends: &BTreeMap<usize, Vec<usize>>, odds: &[f64], others_free: &[f64]) -> Vec<f64> {
    let mut free = vec![1.0; odds.len()];
    for pairs in ends.values() {
        for own in pairs {
            let rivals: f64 = pairs
                .iter()
                .filter(|other| *other != own)
                .map(|other| odds[*other] * others_free[*other])
                .sum();
            free[*own] = 1.0 / (1.0 + rivals);
        }
    }
    free
}

#[cfg(test)]
mod tests {
    use super::scores;

    #[test]
    fn two_that_compete_are_not_sure() {
        let alone = scores(&[(0, 0, 4.0)]);
        assert!(alone[0] > 0.98);
        let rivals = scores(&[(0, 0, 4.0), (0, 1, 4.0)]);
        assert!((rivals[0] - rivals[1]).abs() < 1e-9 && rivals[0] < 0.5);
        // The competing name has a better pair.
        let scores = scores(&[(0, 0, 4.0), (0, 1, 2.0), (1, 1, 7.0)]);
        assert!(scores[0] > 0.95 && scores[2] > 0.98 && scores[1] < 0.05, "{scores:?}");
    }
}
