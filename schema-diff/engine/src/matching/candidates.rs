//! Selects the pairs to compare: all of them if they are few, otherwise those that have something rare in common.

use std::collections::{BTreeMap, BTreeSet};

/// Up to this number of pairs, all are compared.
const MAX_EXHAUSTIVE: usize = 4_096;
/// A key that more names than this have is ignored: it distinguishes nothing.
const MAX_NAMES_PER_KEY: usize = 40;
/// The maximal number of candidates for each dropped name.
const MAX_CANDIDATES: usize = 24;

/// Returns the pairs to compare, by the keys of each side: two names with a common key may be the same object.
pub fn pairs<K: AsRef<[String]>>(dropped: &[K], added: &[K]) -> BTreeSet<(usize, usize)> {
    if dropped.len().saturating_mul(added.len()) <= MAX_EXHAUSTIVE {
        return (0..dropped.len())
            .flat_map(|old| (0..added.len()).map(move |new| (old, new)))
            .collect();
    }
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (new, keys) in added.iter().enumerate() {
        for key in keys.as_ref() {
            by_key.entry(key).or_default().push(new);
        }
    }
    let mut found = BTreeSet::new();
    for (old, keys) in dropped.iter().enumerate() {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for key in keys.as_ref().iter().collect::<BTreeSet<_>>() {
            let others = by_key.get(key.as_str()).map_or(&[][..], Vec::as_slice);
            if others.len() <= MAX_NAMES_PER_KEY {
                for new in others {
                    // The rarer the key, the more it counts.
                    *shared.entry(*new).or_default() += 1_000 / others.len();
                }
            }
        }
        let mut likely: Vec<(usize, usize)> = shared.into_iter().map(|(new, rare)| (rare, new)).collect();
        likely.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        found.extend(likely.into_iter().take(MAX_CANDIDATES).map(|(_, new)| (old, new)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn of_many_those_with_something_rare_in_common() {
        let keys = |prefix: &str| -> Vec<Vec<String>> {
            (0..200)
                .map(|at| vec!["common".to_owned(), format!("{prefix}{at}"), format!("n{at}")])
                .collect()
        };
        let found = pairs(&keys("a"), &keys("b"));
        assert_eq!(found.len(), 200);
        assert!(found.iter().all(|(old, new)| old == new));
    }
}
