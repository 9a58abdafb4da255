//! Compares types: created and dropped ones, and the labels of enum types.

use super::change::{Change, EnumEdit};
use crate::{
    matching::Matches,
    model::{CustomType, Pair, Schema, TypeName},
};

pub(super) fn types(pair: Pair<&Schema>, matches: &Matches, changes: &mut Vec<Change>) {
    for (name, before) in &pair.before.types {
        let new_name = matches.type_name(name);
        match (before, pair.after.types.get(&new_name)) {
            (_, None) => changes.push(Change::DropType(name.clone())),
            (CustomType::Enum(before), Some(CustomType::Enum(after))) => {
                if new_name != *name {
                    changes.push(Change::RenameType(Pair::new(name.clone(), new_name.clone())));
                }
                let edit = enum_edit(name, Pair::new(&before.labels, &after.labels), matches);
                if edit != EnumEdit::default() {
                    changes.push(Change::AlterEnum {
                        name: Pair::new(name.clone(), new_name),
                        edit,
                    });
                }
            }
            (_, Some(_)) => {}
        }
    }
    let flipped = matches.flip();
    for name in pair.after.types.keys() {
        if !pair.before.types.contains_key(&flipped.type_name(name)) {
            changes.push(Change::CreateType(name.clone()));
        }
    }
}

fn enum_edit(name: &TypeName, labels: Pair<&Vec<String>>, matches: &Matches) -> EnumEdit {
    let mut edit = EnumEdit::default();
    let mut before = Vec::new();
    for label in labels.before {
        let new = matches.label(name, label);
        if new != *label {
            edit.renamed.push(Pair::new(label.clone(), new.clone()));
        }
        if labels.after.contains(&new) {
            before.push(new);
        } else {
            edit.removed.push(new);
        }
    }
    let kept: Vec<&String> = labels.after.iter().filter(|label| before.contains(label)).collect();
    edit.reordered = !kept.iter().copied().eq(&before);
    let mut previous = None;
    for label in labels.after {
        if !before.contains(label) {
            edit.added.push((label.clone(), previous.clone()));
        }
        previous = Some(label.clone());
    }
    edit
}
