//! The labels that generated rows have. Pure.

use crate::model::{CustomType, Schema, TypeName};

/// Returns a schema without the labels that the migrations drop, and these labels: the migrations refuse rows that have one. A type that keeps as
/// many labels as it has only gets other names for them.
pub(super) fn without_dropped(schema: &Schema, after: &Schema) -> (Schema, Vec<(TypeName, String)>) {
    let mut kept = schema.clone();
    let mut dropped = Vec::new();
    for (name, own) in &mut kept.types {
        let (CustomType::Enum(own), Some(after)) = (own, after.enum_type(name)) else {
            continue;
        };
        let is_kept = |label: &String| after.labels.contains(label);
        if after.labels.len() >= own.labels.len() || !own.labels.iter().any(is_kept) {
            continue;
        }
        dropped.extend(
            own.labels
                .extract_if(.., |label| !is_kept(label))
                .map(|label| (name.clone(), label)),
        );
    }
    (kept, dropped)
}
