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

    /// Adds its reason to a balance.
    pub fn weigh(&self, after: &Self, balance: &mut super::Balance) {
        match self.likeness(after) {
            PlaceLikeness::Same => balance.add(1.5, "same place"),
            PlaceLikeness::SameGap => balance.add_silently(-0.3),
            PlaceLikeness::Beside => balance.add_silently(0.5),
            PlaceLikeness::AtTheEnd => balance.add(-1.5, "it is at the end, where new columns are added"),
            PlaceLikeness::Other => balance.add(-1.0, "another place"),
        }
    }
}

/// Returns the position of each of `names`; those in `staying` keep their names.
pub fn places(names: &[&str], staying: &BTreeSet<&str>) -> Vec<Place> {
    let mut places = vec![Place::default(); names.len()];
    let mut neighbour = None;
    let mut fellows = 0;
    for (at, name) in names.iter().enumerate() {
        places[at].previous = neighbour.map(str::to_owned);
        places[at].from_previous = fellows;
        (neighbour, fellows) = step(name, staying, neighbour, fellows);
    }
    (neighbour, fellows) = (None, 0);
    for (at, name) in names.iter().enumerate().rev() {
        places[at].next = neighbour.map(str::to_owned);
        places[at].to_next = fellows;
        (neighbour, fellows) = step(name, staying, neighbour, fellows);
    }
    places
}

fn step<'a>(
    name: &'a str,
    staying: &BTreeSet<&str>,
    neighbour: Option<&'a str>,
    fellows: usize,
) -> (Option<&'a str>, usize) {
    if staying.contains(name) {
        (Some(name), 0)
    } else {
        (neighbour, fellows + 1)
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
