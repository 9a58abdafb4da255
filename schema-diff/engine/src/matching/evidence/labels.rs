//! Evidence for labels of an enum type.

use super::{Balance, Name, Place};

/// A label hardly ever goes for good: rows hold it.
const PRIOR: f64 = -0.5;

/// Evidence that a removed label and an added one are the same.
pub fn label_balance(old: (&Name, &Place), new: (&Name, &Place)) -> Balance {
    let mut balance = Balance::starting_at(PRIOR);
    old.0.likeness(new.0).weigh(&mut balance);
    old.1.weigh(new.1, &mut balance);
    balance
}
