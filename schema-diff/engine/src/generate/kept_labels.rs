//! Labels that down.sql keeps. Postgres drops a label only by recreating the type, which is not possible if a function,
//! a cast or a composite type uses it.

use std::collections::BTreeMap;

use crate::{
    compare::Change,
    matching::Matches,
    model::{Pair, Schema, TypeName},
};

/// Returns the enum types to which up.sql only adds labels, each with all its labels under their previous names.
pub(super) fn added(schemas: Pair<&Schema>, changes: &[Change], matches: &Matches) -> BTreeMap<TypeName, Vec<String>> {
    let flipped = matches.flip();
    let mut all = BTreeMap::new();
    for change in changes {
        let Change::AlterEnum { name, edit } = change else {
            continue;
        };
        if edit.added.is_empty() || !edit.removed.is_empty() || edit.reordered {
            continue;
        }
        if let Some(found) = schemas.after.enum_type(&name.after) {
            let labels = found.labels.iter().map(|label| flipped.label(&name.after, label));
            all.insert(name.before.clone(), labels.collect());
        }
    }
    all
}
