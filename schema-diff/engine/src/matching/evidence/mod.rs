//! How much speaks for a rename, in numbers and in words.
//!
//! Each ground adds its weight to the odds that a thing of before and one of after are the same: a natural logarithm, so that
//! reasons which know nothing of each other add up. What competes for the same name is weighed in `odds`, not here.

mod columns;
mod contrasts;
mod enum_types;
mod labels;
mod names;
mod namespaces;
mod place;
mod roles;
mod synonyms;
mod tables;
mod types;
mod words;

pub use columns::{ColumnFacts, column_balance, staying_balance};
pub use enum_types::{EnumFacts, enum_balance};
pub use labels::label_balance;
pub use names::Name;
pub use namespaces::namespace_balance;
pub use place::{Place, places};
pub use roles::{KeyRole, Roles};
pub use tables::{TableFacts, agreement, table_balance};
pub use types::{TypeLikeness, type_likeness};

/// From here on a rename is written without asking.
const SURE: f64 = 0.95;
/// As sure as one can be where something is doubtful.
const DOUBTFUL: f64 = 0.9;
/// From here on a person is asked.
pub const PLAUSIBLE: f64 = 0.04;

/// How sure a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// Nothing speaks for a rename: it is a drop and an add.
    No,
    /// It may be one; a person has to say.
    Plausible,
    /// It is written as one, flagged for review.
    Sure,
}

/// What speaks for one rename, and what against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// How sure it is, other candidates taken into account: between 0 and 1.
    pub score: f64,
    /// What the score amounts to.
    pub sureness: Sureness,
    /// In words: what speaks for it, the strongest first, then what speaks against it (`but ...`).
    pub reasons: Vec<String>,
}

impl Evidence {
    /// The score as people write it: a whole percentage, never 0 or 100.
    pub fn percent(&self) -> u8 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies between 1 and 99"
        )]
        let whole = (self.score * 100.0).round().clamp(1.0, 99.0) as u8;
        whole
    }
}

/// The reasons for and against one rename.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Balance {
    reasons: Vec<(f64, String)>,
    odds: f64,
    is_doubtful: bool,
}

impl Balance {
    /// Starts with how likely such a rename is when nothing else is known.
    pub const fn starting_at(odds: f64) -> Self {
        Self {
            reasons: Vec::new(),
            odds,
            is_doubtful: false,
        }
    }

    /// Adds a ground: for the rename when `weight` is above 0, else against it.
    pub fn add(&mut self, weight: f64, words: impl Into<String>) {
        self.odds += weight;
        self.reasons.push((weight, words.into()));
    }

    /// Adds what is not worth a word.
    pub fn add_silently(&mut self, weight: f64) {
        self.odds += weight;
    }

    /// Whatever else speaks for it, a person has to say.
    pub const fn doubt(&mut self) {
        self.is_doubtful = true;
    }

    /// The natural logarithm of the odds.
    pub const fn log_odds(&self) -> f64 {
        self.odds
    }

    /// The evidence, with how sure it is beside the other candidates.
    pub fn evidence(&self, score: f64) -> Evidence {
        let mut reasons: Vec<&(f64, String)> = self.reasons.iter().collect();
        reasons.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let speaking = |against: bool| reasons.iter().filter(move |(weight, _)| (*weight < 0.0) == against);
        let score = if self.is_doubtful { score.min(DOUBTFUL) } else { score };
        let sureness = match score {
            s if s >= SURE => Sureness::Sure,
            s if s >= PLAUSIBLE => Sureness::Plausible,
            _ => Sureness::No,
        };
        Evidence {
            score,
            sureness,
            reasons: speaking(false)
                .map(|(_, words)| words.clone())
                .chain(speaking(true).map(|(_, words)| format!("but {words}")))
                .collect(),
        }
    }
}

/// `1 column`, `3 columns`.
fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
