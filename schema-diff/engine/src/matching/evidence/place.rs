//! Compares the positions of objects among those that keep their names.

use std::collections::BTreeSet;

/// The position of a column or label: its nearest neighbours that keep their names, and the position between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The nearest one before it that keeps its name.
    pub previous: Option<String>,
    /// The nearest one after it that keeps its name.
    pub next: Option<String>,
    /// The number of others between `previous` and it.
    pub from_previous: usize,
    /// The number of others between it and `next`.
    pub to_next: usize,
}

/// How two positions compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceLikeness {
    /// The same position.
    Same,
    /// The same neighbours, but another position between them.
    SameGap,
    /// One neighbour and the distance to it are the same.
    Beside,
    /// The end, where new objects are added.
    AtTheEnd,
    /// Another position.
    Other,
}

impl Place {
    /// Compares this position before with one after.
    pub fn likeness(&self, after: &Self) -> PlaceLikeness {
        let (previous, next) = (self.previous == after.previous, self.next == after.next);
        if previous && next {
            let counted = |place: &Self| place.from_previous + place.to_next;
            // With equal numbers between the neighbours, one end decides; otherwise a match from either end is enough.
            let same = if counted(self) == counted(after) {
                self.from_previous == after.from_previous
            } else {
                self.from_previous == after.from_previous || self.to_next == after.to_next
            };
            return if same {
                PlaceLikeness::Same
            } else {
                PlaceLikeness::SameGap
            };
        }
        let near_previous = previous && self.from_previous == after.from_previous;
        let near_next = next && self.to_next == after.to_next;
        if after.next.is_none() && self.next.is_some() {
            PlaceLikeness::AtTheEnd
        } else if near_previous || near_next {
            PlaceLikeness::Beside
        } else {
            PlaceLikeness::Other
        }
    }

    /// Returns whether both are between the same neighbours, on one side of a change.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.previous == other.previous && self.next == other.next
    }

    /// Adds its reason.
    pub fn add_reasons(&self, after: &Self, reasons: &mut super::Reasons) {
        match self.likeness(after) {
            PlaceLikeness::Same => reasons.add(1.5, "both are at the same position"),
            PlaceLikeness::SameGap => reasons.add_silently(-0.3),
            PlaceLikeness::Beside => reasons.add_silently(0.5),
            PlaceLikeness::AtTheEnd => reasons.add(-1.5, "it is at the end, where new columns are added"),
            PlaceLikeness::Other => reasons.add(-1.0, "different position"),
        }
    }
}

/// Returns the position of each of `names`; those in `kept` keep their names.
pub fn places(names: &[&str], kept: &BTreeSet<&str>) -> Vec<Place> {
    let mut places = vec![Place::default(); names.len()];
    let mut neighbour = None;
    let mut siblings = 0;
    for (at, name) in names.iter().enumerate() {
        places[at].previous = neighbour.map(str::to_owned);
        places[at].from_previous = siblings;
        (neighbour, siblings) = step(name, kept, neighbour, siblings);
    }
    (neighbour, siblings) = (None, 0);
    for (at, name) in names.iter().enumerate().rev() {
        places[at].next = neighbour.map(str::to_owned);
        places[at].to_next = siblings;
        (neighbour, siblings) = step(name, kept, neighbour, siblings);
    }
    places
}

fn step<'a>(
    name: &'a str,
    kept: &BTreeSet<&str>,
    neighbour: Option<&'a str>,
    siblings: usize,
) -> (Option<&'a str>, usize) {
    if kept.contains(name) {
        (Some(name), 0)
    } else {
        (neighbour, siblings + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{PlaceLikeness, places};

    #[test]
    fn places_compare() {
        let before = places(&["id", "a", "b", "k", "z"], &["id", "k"].into());
        let after = places(&["id", "x", "y", "k", "w", "v"], &["id", "k"].into());
        assert_eq!(before[1].likeness(&after[1]), PlaceLikeness::Same);
        assert_eq!(before[1].likeness(&after[2]), PlaceLikeness::SameGap);
        assert_eq!(before[1].likeness(&after[4]), PlaceLikeness::AtTheEnd);
        assert_eq!(before[4].likeness(&after[4]), PlaceLikeness::Same);
    }
}
