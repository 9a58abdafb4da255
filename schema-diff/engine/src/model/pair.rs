//! Pairs of before and after.

/// The same object before and after; the downgrade uses the flipped pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// The previous value.
    pub before: T,
    /// The value after the change.
    pub after: T,
}

impl<T> Pair<T> {
    /// Creates a pair.
    pub const fn new(before: T, after: T) -> Self {
        Self { before, after }
    }

    /// Returns the pair for the downgrade.
    #[must_use]
    pub fn flip(self) -> Self {
        Self {
            before: self.after,
            after: self.before,
        }
    }

    /// Applies a function to both.
    pub fn map<U>(self, mut view: impl FnMut(T) -> U) -> Pair<U> {
        Pair {
            before: view(self.before),
            after: view(self.after),
        }
    }
}

impl<T: PartialEq> Pair<T> {
    /// Returns whether the two differ.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }
}
