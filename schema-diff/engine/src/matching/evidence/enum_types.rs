//! Weighs the evidence for renamed enum types.

use std::collections::BTreeSet;

use super::{Name, Place, Reasons, label_reasons, names::add_name_reasons, places};
use crate::model::TableName;

/// An enum type with the facts that serve as evidence.
#[derive(Clone, Debug)]
pub struct EnumFacts {
    /// Its name, split into words.
    pub name: Name,
    /// Its labels, in order.
    pub labels: Vec<String>,
    /// The columns that have the type.
    pub used_by: BTreeSet<(TableName, String)>,
}

/// The log-odds without other evidence: types are rarely renamed, but a new type with the labels of a dropped one is
/// rarely a different one.
const PRIOR: f64 = -3.0;

/// Weighs the evidence that a dropped type and an added one are the same.
pub fn enum_reasons(old: &EnumFacts, new: &EnumFacts) -> Reasons {
    let mut reasons = Reasons::starting_at(PRIOR);
    add_name_reasons(&old.name, &new.name, &mut reasons);
    let common: BTreeSet<&str> = old
        .labels
        .iter()
        .filter(|label| new.labels.contains(label))
        .map(String::as_str)
        .collect();
    let renamed = renamed_labels(old, new, &common);
    let total = old.labels.len().max(new.labels.len()).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a type has few labels")]
    let share = (common.len() as f64 + 0.8 * renamed as f64) / total as f64;
    reasons.add(
        7.0f64.mul_add(share, -2.5),
        format!("the types have {} of {total} labels in common", common.len()),
    );
    let columns = old.used_by.intersection(&new.used_by).count();
    if columns > 0 {
        reasons.add(
            3.0,
            format!(
                "{} changed from the old type to the new one",
                super::counted(columns, "column")
            ),
        );
    }
    reasons
}

/// Returns how many of the differing labels are similar.
fn renamed_labels(old: &EnumFacts, new: &EnumFacts, common: &BTreeSet<&str>) -> usize {
    let placed = |labels: &[String]| -> Vec<(Name, Place)> {
        let names: Vec<&str> = labels.iter().map(String::as_str).collect();
        let places = places(&names, common);
        let own = names.iter().zip(places).filter(|(name, _)| !common.contains(*name));
        own.map(|(name, place)| (Name::read(name), place)).collect()
    };
    let (dropped, added) = (placed(&old.labels), placed(&new.labels));
    let alike = |(name, place): &&(Name, Place)| {
        added
            .iter()
            .any(|(other, at)| label_reasons((name, place), (other, at)).log_odds() > 0.0)
    };
    dropped.iter().filter(alike).count().min(added.len())
}
