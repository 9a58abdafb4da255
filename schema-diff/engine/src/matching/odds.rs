//! How sure a pair is beside everything else that its two names may be.
//!
//! Each name is the same as at most one other. Every way to pair them has the product of its pairs' odds; a pair's score is its
//! share of all the ways. That is counted by passing messages along the pairs: exact where they form no circle, and close
//! where they do.

use std::collections::BTreeMap;

/// Rounds of messages; they settle long before.
const ROUNDS: usize = 50;

/// The score of each pair `(old, new, log-odds)`, in their order: between 0 and 1.
pub fn scores(pairs: &[(usize, usize, f64)]) -> Vec<f64> {
    let odds: Vec<f64> = pairs.iter().map(|(.., log_odds)| log_odds.exp()).collect();
    let mut by_old: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut by_new: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (old, new, _)) in pairs.iter().enumerate() {
        by_old.entry(*old).or_default().push(at);
        by_new.entry(*new).or_default().push(at);
    }
    // How free one end is for the pair, its other pairs considered: 1 when it has none.
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
        // The rival has a better one of its own.
        let settled = scores(&[(0, 0, 4.0), (0, 1, 2.0), (1, 1, 7.0)]);
        assert!(
            settled[0] > 0.95 && settled[2] > 0.98 && settled[1] < 0.05,
            "{settled:?}"
        );
    }
}
