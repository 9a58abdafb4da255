//! Weighs the evidence for renamed labels of an enum type.

use super::{Name, Place, Reasons};

/// The log-odds without other evidence: a label is rarely removed, because rows contain it.
const PRIOR: f64 = -0.5;

/// Weighs the evidence that a removed label and an added one are the same.
pub fn label_reasons(old: (&Name, &Place), new: (&Name, &Place)) -> Reasons {
    let mut reasons = Reasons::starting_at(PRIOR);
    old.0.likeness(new.0).add_reasons(&mut reasons);
    old.1.add_reasons(new.1, &mut reasons);
    reasons
}
