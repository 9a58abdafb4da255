//! How two schemas differ, in words.

use similar::{ChangeTag, TextDiff};

use crate::{
    compare::{Change, compare},
    model::{CustomType, Pair, Schema, UnmanagedReason},
    renames::Renames,
    render::create,
};

/// What differs between two schemas that should be the same; `None` when nothing does. The order of columns, owners and the
/// server's version do not count.
pub fn difference(wanted: &Schema, found: &Schema) -> Option<String> {
    let (wanted, found) = (canonical(wanted), canonical(found));
    if wanted == found {
        return None;
    }
    Some(
        text_difference(
            &create::schema(&wanted).join(";\n"),
            &create::schema(&found).join(";\n"),
        )
        .unwrap_or_else(|| model_difference(&wanted, &found)),
    )
}

/// What keeps a reached schema from being the wanted one; expressions may be in other words where the object is the same.
pub fn unexplained(pair: Pair<&Schema>) -> Option<String> {
    let mut pair = pair.map(canonical);
    pair.after.views = pair.before.views.clone();
    pair.after.functions = pair.before.functions.clone();
    pair.after.extensions = pair.before.extensions.clone();
    pair.after.namespaces = pair.before.namespaces.clone();
    let changes = compare(Pair::new(&pair.before, &pair.after), &Renames::default());
    let real = changes.iter().any(|change| match change {
        Change::CreateType(_) | Change::DropType(_) => false,
        Change::AlterColumn { table, column, delta } => {
            let expression_only =
                !(delta.data_type || delta.nullable || delta.identity || delta.sequence || delta.comment);
            let both = Pair::new(
                pair.before
                    .tables
                    .get(&table.before)
                    .and_then(|found| found.column(&column.before)),
                pair.after
                    .tables
                    .get(&table.after)
                    .and_then(|found| found.column(&column.after)),
            );
            let same_presence = matches!((both.before, both.after), (Some(a), Some(b))
                if a.default.is_some() == b.default.is_some() && a.generated.is_some() == b.generated.is_some());
            !(expression_only && same_presence)
        }
        // The same name on both sides: only the words differ.
        Change::AddConstraint { table, name } | Change::DropConstraint { table, name } => {
            let has = |schema: &Schema, table| {
                schema
                    .tables
                    .get(table)
                    .and_then(|found| found.constraints.get(name))
                    .is_some_and(|found| {
                        matches!(
                            found.kind,
                            crate::model::ConstraintKind::Check { .. } | crate::model::ConstraintKind::Exclude { .. }
                        )
                    })
            };
            !(has(&pair.before, &table.before) && has(&pair.after, &table.after))
        }
        Change::CreateIndex { table, name } | Change::DropIndex { table, name } => {
            let has = |schema: &Schema, table| {
                schema.tables.get(table).is_some_and(|found| {
                    found.indexes.get(name).is_some_and(|index| {
                        index.predicate.is_some() || index.keys.iter().any(|key| key.is_expression)
                    })
                })
            };
            !(has(&pair.before, &table.before) && has(&pair.after, &table.after))
        }
        _ => true,
    });
    real.then(|| {
        text_difference(
            &create::schema(&pair.before).join(";\n"),
            &create::schema(&pair.after).join(";\n"),
        )
        .unwrap_or_else(|| model_difference(&pair.before, &pair.after))
    })
}

fn canonical(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    schema.server_version = 0;
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table.owner.clear();
    }
    for view in schema.views.values_mut() {
        view.owner.clear();
    }
    for publication in schema.publications.values_mut() {
        publication.owner.clear();
    }
    for extension in schema.extensions.values_mut() {
        extension.version.clear();
    }
    // What an extension brings along is the affair of its version, and of scripts that were run by hand.
    schema
        .unmanaged
        .retain(|_, found| !matches!(found.reason, UnmanagedReason::Extension(_)));
    // Who else uses a type is no part of it, and not everybody is on the scratch database.
    for kind in schema.types.values_mut() {
        match kind {
            CustomType::Enum(found) => {
                found.used_by.clear();
                found.used_in_queries = false;
            }
            CustomType::Domain(found) => found.used_by.clear(),
            CustomType::Composite(_) | CustomType::Range(_) => {}
        }
    }
    schema
}

fn text_difference(wanted: &str, found: &str) -> Option<String> {
    if wanted == found {
        return None;
    }
    let diff = TextDiff::from_lines(wanted, found);
    let lines: Vec<String> = diff
        .grouped_ops(1)
        .iter()
        .flatten()
        .flat_map(|op| diff.iter_changes(op))
        .map(|change| {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            format!("{sign} {}", change.value().trim_end())
        })
        .collect();
    Some(lines.join("\n") + "\n")
}

fn model_difference(wanted: &Schema, found: &Schema) -> String {
    let show = |schema: &Schema| format!("{schema:#?}");
    text_difference(&show(wanted), &show(found)).unwrap_or_else(|| "the models differ".to_owned())
}
