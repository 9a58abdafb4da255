//! Weighs the evidence for renamed schemas (namespaces).

use std::collections::BTreeSet;

use super::{Name, Reasons, names::add_name_reasons};

/// Weighs the evidence that an existing schema without declared tables and a new one are the same.
pub fn namespace_reasons(old: (&Name, &BTreeSet<&str>), new: (&Name, &BTreeSet<&str>)) -> Reasons {
    let mut reasons = Reasons::starting_at(-3.0);
    add_name_reasons(old.0, new.0, &mut reasons);
    let common = old.1.intersection(new.1).count();
    let total = old.1.len().max(new.1.len()).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a database has few tables, for a float")]
    let share = common as f64 / total as f64;
    // One table of the same name may be a coincidence; three are not.
    let trust = if common >= 3 { 8.0 } else { 6.0 };
    reasons.add(
        trust * share,
        format!("{common} of {total} table names are in both schemas"),
    );
    reasons
}
