//! Scores possible renames, with the reasons as text.
//!
//! Each reason adds its weight to the log-odds that an object before and one after are the same. The weights are
//! natural logarithms, so that independent reasons add up. Competing pairs are considered in `odds`, not here.

mod code;
mod column_usage;
mod columns;
mod contrasts;
mod enum_types;
mod labels;
mod names;
mod namespaces;
mod place;
mod synonyms;
mod tables;
mod types;
mod words;

pub use code::{Retyped, add_code_reasons, add_code_reasons_by_share};
pub use column_usage::{ColumnUsage, KeyUsage};
pub use columns::{ColumnFacts, column_reasons, kept_reasons};
pub use enum_types::{EnumFacts, enum_reasons};
pub use labels::label_reasons;
pub use names::Name;
pub use namespaces::namespace_reasons;
pub use place::{Place, places};
pub use tables::{TableFacts, agreement, table_reasons};
pub use types::{TypeLikeness, type_likeness};

/// The highest score of a doubtful rename.
const DOUBTFUL: f64 = 0.9;
/// The score from which a rename is a question.
pub const PLAUSIBLE: f64 = 0.04;

/// How certain a rename is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// It is unlikely: the migration drops and adds.
    No,
    /// It is possible: the user has to decide.
    Plausible,
    /// It is written, and flagged for review.
    Sure,
}

/// The score of one rename, and the reasons for and against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The score, considering other candidates: between 0 and 1.
    pub score: f64,
    /// What follows from the score.
    pub sureness: Sureness,
    /// The reasons as text: those for it, the strongest first, then those against it (`but ...`).
    pub reasons: Vec<String>,
}

impl Evidence {
    /// Returns the score as a whole percentage, never 0 or 100.
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
pub struct Reasons {
    reasons: Vec<(f64, String)>,
    log_odds: f64,
    is_doubtful: bool,
}

impl Reasons {
    /// Starts with the log-odds of such a rename without other evidence.
    pub const fn starting_at(log_odds: f64) -> Self {
        Self {
            reasons: Vec::new(),
            log_odds,
            is_doubtful: false,
        }
    }

    /// Adds a reason with its text: for the rename if `weight` is above 0, otherwise against it.
    pub fn add(&mut self, weight: f64, text: impl Into<String>) {
        self.log_odds += weight;
        self.reasons.push((weight, text.into()));
    }

    /// Adds a weight that is not worth mentioning.
    pub fn add_silently(&mut self, weight: f64) {
        self.log_odds += weight;
    }

    /// Makes the rename a question, whatever its score.
    pub const fn doubt(&mut self) {
        self.is_doubtful = true;
    }

    /// Makes the rename no question any more, if its score suffices.
    pub const fn trust(&mut self) {
        self.is_doubtful = false;
    }

    /// Returns the natural logarithm of the odds.
    pub const fn log_odds(&self) -> f64 {
        self.log_odds
    }

    /// Returns the evidence, with a score that considers the other candidates. From the score `sure` on, it needs no
    /// decision.
    pub fn evidence(&self, score: f64, sure: f64) -> Evidence {
        let mut reasons: Vec<&(f64, String)> = self.reasons.iter().collect();
        reasons.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let side = |against: bool| reasons.iter().filter(move |(weight, _)| (*weight < 0.0) == against);
        let score = if self.is_doubtful { score.min(DOUBTFUL) } else { score };
        let sureness = match score {
            s if s >= sure && !self.is_doubtful => Sureness::Sure,
            s if s >= PLAUSIBLE => Sureness::Plausible,
            _ => Sureness::No,
        };
        Evidence {
            score,
            sureness,
            reasons: side(false)
                .map(|(_, text)| text.clone())
                .chain(side(true).map(|(_, text)| format!("but {text}")))
                .collect(),
        }
    }
}

/// Returns `1 column`, `3 columns`.
fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
