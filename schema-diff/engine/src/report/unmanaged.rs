//! Objects of the database that `schema.rs` does not declare and the next migration does not change.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    declared::{DeclaredColumn, DeclaredTable},
    generate::Draft,
    model::{Column, CustomType, Index, QualifiedName, Schema, Table, TableName, TypeName, UnmanagedReason},
    render,
};
use schema_diff_grammar::attribute::{ColumnAttribute, ColumnSetting, TableAttribute};

use super::line::constraint;

/// An unmanaged object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmanaged {
    /// The table, view, type or function, unquoted.
    pub object: String,
    /// Its kind, a stable word for programs: `table`, `index`, `default`, ...
    pub kind: &'static str,
    /// The description of the object.
    pub text: String,
    /// The reason, unless the object is only undeclared.
    pub why: Option<String>,
}

/// Returns all unmanaged objects, ordered by name.
pub fn unmanaged(draft: &Draft) -> Vec<Unmanaged> {
    let after = &draft.resolution.after;
    let mut found = Vec::new();
    let declared: BTreeMap<&TableName, &DeclaredTable> =
        draft.declared.tables.iter().map(|table| (&table.name, table)).collect();
    for (name, table) in &after.tables {
        match declared.get(name) {
            Some(declared) if !is_ignored(draft, declared) && table.partition_of.is_none() => {
                of_table(draft, table, declared, &mut found);
            }
            _ => found.push(Unmanaged {
                object: name.plain(),
                kind: "table",
                text: format!("table {}", name.plain()),
                why: Some(why_table(draft, table, declared.contains_key(name))),
            }),
        }
    }
    for (name, view) in &after.views {
        let kind = if view.materialized { "materialized view" } else { "view" };
        found.push(whole(name, "view", kind, None));
    }
    for (name, unmanaged) in &after.unmanaged {
        let why = match &unmanaged.reason {
            UnmanagedReason::Extension(extension) => format!("belongs to the extension {extension}"),
            UnmanagedReason::MigrationTool => "belongs to a migration tool".to_owned(),
            UnmanagedReason::Foreign => "is a foreign table".to_owned(),
        };
        found.push(whole(name, "table", "table", Some(why)));
    }
    of_schema(after, &mut found);
    found.sort();
    found
}

fn whole(name: &QualifiedName, kind: &'static str, word: &str, why: Option<String>) -> Unmanaged {
    Unmanaged {
        object: name.plain(),
        kind,
        text: format!("{word} {}", name.plain()),
        why,
    }
}

fn is_ignored(draft: &Draft, declared: &DeclaredTable) -> bool {
    let by_attribute = declared
        .attributes
        .iter()
        .any(|(attribute, _)| matches!(attribute, TableAttribute::Ignore));
    by_attribute || draft.ignores_table(&declared.name)
}

fn why_table(draft: &Draft, table: &Table, is_declared: bool) -> String {
    if let Some(partition) = &table.partition_of {
        format!("is a partition of {}", partition.parent.plain())
    } else if is_declared || draft.ignores_table(&table.name) {
        "is ignored".to_owned()
    } else if table.primary_key().is_none() {
        "has no primary key, so Diesel cannot model it".to_owned()
    } else {
        format!("schema.rs declares no table in schema {}", table.name.schema)
    }
}

/// Adds the undeclared objects of a declared table.
fn of_table(draft: &Draft, table: &Table, declared: &DeclaredTable, found: &mut Vec<Unmanaged>) {
    let claimed = &draft.resolution.declared_at;
    let shown = table.name.plain();
    let mut push = |kind: &'static str, text: String, why: Option<String>| {
        found.push(Unmanaged {
            object: shown.clone(),
            kind,
            text: format!("{shown}: {text}"),
            why,
        });
    };
    let is_declared = |name: &str| claimed.contains_key(&(table.name.clone(), name.to_owned()));
    for column in &table.columns {
        match declared.columns.iter().find(|own| own.name == column.name) {
            Some(own) => of_column(column, own, &mut push),
            None if column.inherited => {}
            None => push(
                "column",
                format!("column {}", column.name),
                Some("is ignored".to_owned()),
            ),
        }
    }
    let constraints = table
        .constraints
        .values()
        .filter(|own| !own.inherited && !is_declared(&own.name));
    for own in constraints {
        let kind = match &own.kind {
            crate::model::ConstraintKind::PrimaryKey { .. } => continue,
            crate::model::ConstraintKind::Unique { .. } => "unique",
            crate::model::ConstraintKind::Check { .. } => "check",
            crate::model::ConstraintKind::Exclude { .. } => "exclude",
            crate::model::ConstraintKind::ForeignKey(_) => "foreign_key",
        };
        push(kind, format!("{} ({})", constraint(table, &own.name), own.name), None);
    }
    for index in table
        .indexes
        .values()
        .filter(|own| !own.inherited && !is_declared(&own.name))
    {
        push("index", index_text(index), None);
    }
    let says_comment = declared.doc.is_some()
        || declared
            .attributes
            .iter()
            .any(|(attribute, _)| matches!(attribute, TableAttribute::Comment(_)));
    if let Some(text) = table.comment.as_ref().filter(|_| !says_comment) {
        push("comment", format!("comment {text:?}"), None);
    }
    let mut attributes = declared.attributes.iter();
    let says_parameters = attributes.any(|(own, _)| matches!(own, TableAttribute::With(_)));
    if !table.options.is_empty() && !says_parameters {
        push(
            "storage",
            format!("storage parameters {}", table.options.join(", ")),
            None,
        );
    }
    for name in table.triggers.keys() {
        push("trigger", format!("trigger {name}"), None);
    }
    for name in table.policies.keys() {
        push("policy", format!("policy {name}"), None);
    }
    for name in table.rules.keys() {
        push("rule", format!("rule {name}"), None);
    }
}

fn of_column(column: &Column, declared: &DeclaredColumn, push: &mut impl FnMut(&'static str, String, Option<String>)) {
    let says =
        |wanted: fn(&ColumnAttribute) -> bool| declared.attributes.iter().any(|(attribute, _)| wanted(attribute));
    let name = &column.name;
    if let Some(default) = column.default.as_ref().filter(|_| column.sequence.is_none())
        && !says(|attribute| matches!(attribute, ColumnAttribute::Default(_)))
    {
        push("default", format!("default of {name}: {default}"), None);
    }
    if let Some(generated) = &column.generated
        && !says(|attribute| matches!(attribute, ColumnAttribute::Generated(_)))
    {
        push(
            "generated",
            format!("{name} is generated as {}", generated.expression),
            None,
        );
    }
    if let Some(collation) = &column.collation
        && !says(|attribute| matches!(attribute, ColumnAttribute::Collate(_)))
    {
        push("collation", format!("collation {} of {name}", collation.plain()), None);
    }
    for of in ColumnSetting::ALL {
        let mut attributes = declared.attributes.iter();
        let is_declared =
            attributes.any(|(own, _)| matches!(own, ColumnAttribute::Setting(setting, _) if *setting == of));
        if let Some(value) = column.settings().get(of).filter(|_| !is_declared) {
            push("storage", format!("{} of {name}: {value}", of.name()), None);
        }
    }
    if let Some(text) = &column.comment
        && declared.doc.is_none()
        && !says(|attribute| matches!(attribute, ColumnAttribute::Comment(_)))
    {
        push("comment", format!("comment {text:?} on {name}"), None);
    }
}

fn index_text(index: &Index) -> String {
    let keys = render::index_keys(index);
    let keys = keys.trim_start();
    let unique = if index.unique { "unique " } else { "" };
    format!("{unique}index {} {keys}", index.name)
}

/// Adds the objects that belong to no table.
fn of_schema(after: &Schema, found: &mut Vec<Unmanaged>) {
    let of_columns: BTreeSet<&TypeName> = after
        .tables
        .values()
        .flat_map(|table| &table.columns)
        .map(|column| &column.data_type.name)
        .collect();
    for (name, kind) in &after.types {
        let word = match kind {
            CustomType::Enum(_) if of_columns.contains(name) => continue,
            CustomType::Enum(_) => "enum",
            CustomType::Domain(_) => "domain",
            CustomType::Composite(_) => "composite type",
            CustomType::Range(_) => "range type",
        };
        found.push(whole(name, "type", word, None));
    }
    for (signature, function) in &after.functions {
        found.push(Unmanaged {
            object: function.name.plain(),
            kind: "function",
            text: format!("function {signature}"),
            why: None,
        });
    }
    for name in after.sequences.keys() {
        found.push(whole(name, "sequence", "sequence", None));
    }
}
