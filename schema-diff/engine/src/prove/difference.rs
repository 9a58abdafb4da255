//! Differences between two schemas, as text.

use std::sync::Arc;

use postgres::Client;
use similar::{ChangeTag, TextDiff};

use super::ProofError;
use crate::{
    compare::{Change, compare},
    create,
    deparse::{copy_texts, reconcile},
    matching::Matches,
    model::{ColumnRef, CustomType, Grant, Pair, Schema, Session, UnmanagedReason},
    render,
};

/// Returns the differences between two schemas that should be equal; `None` if they are equal.
///
/// The order of columns, owners and the server's version are ignored.
pub fn difference(wanted: &Schema, found: &Schema) -> Option<String> {
    let (wanted, found) = (canonical(wanted), canonical(found));
    if wanted == found {
        return None;
    }
    Some(text_difference(&text(&wanted), &text(&found)).unwrap_or_else(|| model_difference(&wanted, &found)))
}

/// Returns the statements that create a schema.
fn text(schema: &Schema) -> String {
    render::all(&create::schema(schema)).join(";\n")
}

/// Returns the differences from a schema to one that was just read from a database.
///
/// Texts differ only if they still differ after Postgres has parsed and deparsed them on that database.
///
/// # Errors
/// The database does not answer.
pub fn difference_on(client: &mut Client, wanted: &Schema, found: &Schema) -> Result<Option<String>, ProofError> {
    match difference(wanted, found) {
        None => Ok(None),
        Some(_) => Ok(difference(wanted, &at_fixed_point(client, wanted, found)?)),
    }
}

/// Returns the differences between the expected schema and one that was just read from a database; `None` without any.
///
/// # Errors
/// The database does not answer.
pub fn unexplained(
    client: &mut Client,
    expected: &Schema,
    reached: &Schema,
    matches: &Matches,
) -> Result<Option<String>, ProofError> {
    let reached = at_fixed_point(client, expected, reached)?;
    let mut pair = Pair::new(reached, expected.clone()).map(|schema| canonical(&schema));
    follow_renames(&mut pair, matches);
    pair.after.functions = pair.before.functions.clone();
    pair.after.extensions = pair.before.extensions.clone();
    pair.after.namespaces = pair.before.namespaces.clone();
    let changes = compare(Pair::new(&pair.before, &pair.after), &Matches::default());
    let real = changes
        .iter()
        .any(|change| !matches!(change, Change::CreateType(_) | Change::DropType(_)));
    Ok(real.then(|| {
        text_difference(&text(&pair.before), &text(&pair.after))
            .unwrap_or_else(|| model_difference(&pair.before, &pair.after))
    }))
}

/// Copies the reached texts that name renamed objects into the expected schema, because only Postgres knows them with
/// the new names: views over renamed tables and columns, and expressions that name a type that is renamed or has
/// renamed labels.
fn follow_renames(pair: &mut Pair<Schema>, matches: &Matches) {
    let old = matches.flip();
    let is_renamed = |read: &ColumnRef| {
        let relation = &read.relation;
        old.new_table(relation).is_some()
            || match &read.column {
                Some(column) => old.new_column(relation, column).is_some(),
                None => old.renamed_columns(relation).next().is_some(),
            }
    };
    for (name, view) in &mut pair.after.views {
        if let Some(reached) = pair.before.views.get(name)
            && view.depends_on.iter().any(is_renamed)
        {
            view.query.clone_from(&reached.query);
        }
    }
    let renamed = matches.renamed_types().map(|(before, _)| before);
    let types = renamed.chain(matches.types_with_renamed_labels());
    let types: Vec<String> = types.map(|name| name.qualified()).collect();
    if !types.is_empty() {
        copy_texts(&pair.before, &mut pair.after, &|text| {
            types.iter().any(|name| text.contains(name.as_str()))
        });
    }
}

fn at_fixed_point(client: &mut Client, wanted: &Schema, found: &Schema) -> Result<Schema, ProofError> {
    reconcile(client, wanted, found).map_err(|source| ProofError::Query {
        action: "compare expressions",
        source,
    })
}

fn canonical(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    schema.server_version = 0;
    // The owners on the scratch database are not compared.
    schema.session = Session::default();
    schema.type_access.clear();
    schema.restored = Arc::default();
    schema.callers.clear();
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        for column in &mut table.columns {
            column.change_settings(|settings| settings.null_refused_by_domain_alone = false);
        }
        table.owner.clear();
        table.revoked_from_owner.clear();
        let columns = table.columns.iter_mut().map(|column| &mut column.grants);
        columns.chain([&mut table.grants]).for_each(by_owner);
    }
    for view in schema.views.values_mut() {
        view.owner.clear();
        view.revoked_from_owner.clear();
        let columns = view.column_grants.values_mut();
        columns.chain([&mut view.grants]).for_each(by_owner);
    }
    for publication in schema.publications.values_mut() {
        publication.owner.clear();
    }
    for extension in schema.extensions.values_mut() {
        extension.version.clear();
    }
    // The objects of an extension depend on its version, and on scripts that were run manually.
    schema
        .unmanaged
        .retain(|_, found| !matches!(found.reason, UnmanagedReason::Extension(_)));
    // The users of a type are not part of the type, and not all of them are on the scratch database.
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

/// Removes the grantors from privileges.
fn by_owner(grants: &mut Vec<Grant>) {
    for grant in grants.iter_mut() {
        grant.grantor = None;
    }
    grants.sort();
    grants.dedup();
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
