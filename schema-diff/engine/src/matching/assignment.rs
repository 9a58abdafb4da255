//! Finds the best assignment: the pairs with the greatest total weight, where each name is in one pair at most.
//!
//! The algorithm is shortest augmenting paths (Jonker and Volgenant) over the given pairs. A row may stay unassigned
//! where that gives more in total, so that pairs with a negative weight need not be given.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

/// A pair of a row and a column, and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The row: the index of a name before.
    pub old: usize,
    /// The column: the index of a name after.
    pub new: usize,
    /// Its weight; above 0.
    pub weight: i64,
}

/// Returns the pairs with the greatest total weight. Among equal assignments the first of `pairings` win: the caller
/// sets the order.
pub fn best(pairings: &[Pairing]) -> Vec<(usize, usize)> {
    let mut rows: BTreeMap<usize, Vec<(usize, i64)>> = BTreeMap::new();
    for pairing in pairings {
        rows.entry(pairing.old).or_default().push((pairing.new, pairing.weight));
    }
    let mut search = Search::default();
    for old in rows.keys() {
        search.assign_row(*old, &rows);
    }
    let mut found: Vec<(usize, usize)> = search.assigned.iter().map(|(new, old)| (*old, *new)).collect();
    found.sort_unstable();
    found
}

#[derive(Default)]
struct Search {
    /// The assigned columns, each with its row.
    assigned: BTreeMap<usize, usize>,
    /// The price of each column: what another row has to outbid.
    prices: BTreeMap<usize, i64>,
    /// The profit of each assigned row: the weight of its pair minus the price.
    profits: BTreeMap<usize, i64>,
}

/// The end of an augmenting path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// A free column.
    Free(usize),
    /// A row that stays unassigned.
    Unassigned(usize),
}

impl Search {
    /// Assigns one more row, and reassigns others where that increases the total weight.
    fn assign_row(&mut self, start: usize, rows: &BTreeMap<usize, Vec<(usize, i64)>>) {
        let price = |prices: &BTreeMap<usize, i64>, new: &usize| prices.get(new).copied().unwrap_or(0);
        let own = &rows[&start];
        let profit = own
            .iter()
            .map(|(new, weight)| weight - price(&self.prices, new))
            .max()
            .unwrap_or(0)
            .max(0);
        self.profits.insert(start, profit);
        // A distance is the loss against each row's best column; a row that stays unassigned loses its profit.
        let mut distances: BTreeMap<usize, i64> = BTreeMap::new();
        let mut reached_from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut visited: BTreeMap<usize, i64> = BTreeMap::new();
        let mut queue = BinaryHeap::new();
        let mut best_end = (profit, End::Unassigned(start));
        self.relax(start, 0, &rows[&start], &mut distances, &mut reached_from, &mut queue);
        while let Some(Reverse((distance, new))) = queue.pop() {
            if distance >= best_end.0 {
                break;
            }
            if distances.get(&new) != Some(&distance) || visited.contains_key(&new) {
                continue;
            }
            visited.insert(new, distance);
            match self.assigned.get(&new).copied() {
                None => {
                    best_end = (distance, End::Free(new));
                    break;
                }
                Some(row) => {
                    let unassigned = distance + self.profits.get(&row).copied().unwrap_or(0);
                    if unassigned < best_end.0 {
                        best_end = (unassigned, End::Unassigned(row));
                    }
                    self.relax(
                        row,
                        distance,
                        &rows[&row],
                        &mut distances,
                        &mut reached_from,
                        &mut queue,
                    );
                }
            }
        }
        self.update_prices(start, best_end, &visited);
        // Along the path, each row takes the column through which it was reached.
        let mut at = match best_end.1 {
            End::Free(new) => Some(new),
            End::Unassigned(row) => {
                let own = self.assigned.iter().find(|(_, of)| **of == row).map(|(new, _)| *new);
                if let Some(new) = own {
                    self.assigned.remove(&new);
                }
                own
            }
        };
        while let Some(new) = at {
            let Some(row) = reached_from.get(&new).copied() else {
                break;
            };
            let previous = self.assigned.iter().find(|(_, of)| **of == row).map(|(own, _)| *own);
            if let Some(previous) = previous {
                self.assigned.remove(&previous);
            }
            self.assigned.insert(new, row);
            at = previous;
        }
    }

    fn relax(
        &self,
        row: usize,
        distance_before: i64,
        columns: &[(usize, i64)],
        distances: &mut BTreeMap<usize, i64>,
        reached_from: &mut BTreeMap<usize, usize>,
        queue: &mut BinaryHeap<Reverse<(i64, usize)>>,
    ) {
        let profit = self.profits.get(&row).copied().unwrap_or(0);
        for (new, weight) in columns {
            if self.assigned.get(new) == Some(&row) {
                continue;
            }
            let price = self.prices.get(new).copied().unwrap_or(0);
            let distance = distance_before + (profit + price - weight).max(0);
            if distances.get(new).is_none_or(|known| distance < *known) {
                distances.insert(*new, distance);
                reached_from.insert(*new, row);
                queue.push(Reverse((distance, *new)));
            }
        }
    }

    /// Updates prices and profits, so that the assignment remains optimal.
    fn update_prices(&mut self, start: usize, (length, _): (i64, End), visited: &BTreeMap<usize, i64>) {
        if let Some(profit) = self.profits.get_mut(&start) {
            *profit -= length;
        }
        for (new, distance) in visited.iter().filter(|(_, distance)| **distance < length) {
            let move_by = length - distance;
            *self.prices.entry(*new).or_default() += move_by;
            if let Some(profit) = self.assigned.get(new).and_then(|row| self.profits.get_mut(row)) {
                *profit -= move_by;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pairing, best};

    /// Tries all assignments; for few pairs only.
    fn exhaustive(pairings: &[Pairing], used: (u32, u32)) -> i64 {
        pairings
            .iter()
            .enumerate()
            .filter(|(_, pairing)| used.0 & (1 << pairing.old) == 0 && used.1 & (1 << pairing.new) == 0)
            .map(|(at, pairing)| {
                let used = (used.0 | 1 << pairing.old, used.1 | 1 << pairing.new);
                pairing.weight + exhaustive(&pairings[at + 1..], used)
            })
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn as_good_as_trying_all_ways() {
        let mut state: u64 = 7;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..500 {
            let (rows, columns) = (1 + random(5), 1 + random(5));
            let mut pairings = Vec::new();
            for old in 0..rows {
                for new in 0..columns {
                    if random(3) > 0 {
                        pairings.push(Pairing {
                            old: usize::try_from(old).unwrap_or_default(),
                            new: usize::try_from(new).unwrap_or_default(),
                            weight: 1 + i64::try_from(random(20)).unwrap_or_default(),
                        });
                    }
                }
            }
            let found = best(&pairings);
            let weight: i64 = found
                .iter()
                .filter_map(|(old, new)| {
                    pairings
                        .iter()
                        .find(|pairing| pairing.old == *old && pairing.new == *new)
                })
                .map(|pairing| pairing.weight)
                .sum();
            assert_eq!(weight, exhaustive(&pairings, (0, 0)), "{pairings:?} {found:?}");
        }
    }
}
