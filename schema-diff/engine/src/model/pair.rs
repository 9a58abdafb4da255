//! Before and after of anything.

/// Before and after of the same thing; going down is the pair flipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<T> {
    /// How it was.
    pub before: T,
    /// How it is to be.
    pub after: T,
}

impl<T> Pair<T> {
    /// Puts the two side by side.
    pub const fn new(before: T, after: T) -> Self {
        Self { before, after }
    }

    /// The way back.
    #[must_use]
    pub fn flip(self) -> Self {
        Self {
            before: self.after,
            after: self.before,
        }
    }

    /// The same view of both.
    pub fn map<U>(self, mut view: impl FnMut(T) -> U) -> Pair<U> {
        Pair {
            before: view(self.before),
            after: view(self.after),
        }
    }
}

impl<T: PartialEq> Pair<T> {
    /// Whether the two differ.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }
}
