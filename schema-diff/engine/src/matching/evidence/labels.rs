//! Weighs the evidence for renamed labels of an enum type.

use super::{Balance, Name, Place};

/// The log-odds without other evidence: a label is rarely removed, because rows contain it.
const PRIOR: f64 = -0.5;

/// Weighs the evidence that a removed label and an added one are the same.
pub fn label_balance(old: (&Name, &Place), new: (&Name, &Place)) -> Balance {
    let mut balance = Balance::starting_at(PRIOR);
    old.0.likeness(new.0).weigh(&mut balance);
    old.1.weigh(new.1, &mut balance);
    balance
}
