//! Lists the objects of the database that the files do not declare, so that none is omitted silently.

use super::{resolved::Resolved, scope::Scope, source::Source};
use crate::{
    compare::{Change, compare},
    matching::Matches,
    model::{CustomType, Pair, Schema, Table, TableName, View},
    report::{Line, Sign, lines},
};

/// An object or a difference that the files do not declare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsupported {
    /// The kind, as a word that programs can rely on: `trigger`.
    pub kind: &'static str,
    /// The name, unquoted.
    pub object: String,
    /// The description.
    pub text: String,
}

/// Returns everything that the files do not declare, by kind and name.
pub(super) fn unsupported(source: &Source, scope: &Scope<'_>, resolved: &Resolved) -> Vec<Unsupported> {
    let mut list = List(Vec::new());
    differences(scope, resolved, &mut list);
    for table in scope.database.tables.values() {
        let is_declared = source.declared.tables.iter().any(|own| own.name == table.name);
        if is_declared {
            add_table_objects(table, &mut list);
        } else {
            undeclared(scope, table, &mut list);
        }
    }
    for view in scope.database.views.values() {
        add_view(source, view, &mut list);
    }
    other_objects(scope, &mut list);
    list.0.sort();
    list.0.dedup();
    list.0
}

/// Returns the enum types whose labels no Rust enum declares.
pub(super) fn labels(source: &Source, database: &Schema) -> Vec<Unsupported> {
    let without = super::rust_enums::without_enum(source, database).into_iter();
    let labels = without.map(|name| Unsupported {
        kind: "enum",
        object: name.plain(),
        text: format!("the labels of enum {}: no Rust enum declares them", name.plain()),
    });
    labels.collect()
}

struct List(Vec<Unsupported>);

impl List {
    fn push(&mut self, kind: &'static str, object: impl Into<String>, text: impl Into<String>) {
        self.0.push(Unsupported {
            kind,
            object: object.into(),
            text: text.into(),
        });
    }
}

/// Adds the differences between the schema that the files create and the database.
fn differences(scope: &Scope<'_>, resolved: &Resolved, list: &mut List) {
    let pair = Pair::new(&resolved.built.after, scope.database);
    let changes = compare(pair, &Matches::default());
    let is_declared = |table: &TableName| resolved.declared.tables.iter().any(|own| own.name == *table);
    let declared = changes.into_iter().filter(|change| match change {
        Change::AlterTable { table, .. }
        | Change::AlterColumn { table, .. }
        | Change::AddConstraint { table, .. }
        | Change::DropConstraint { table, .. }
        | Change::RenameConstraint { table, .. }
        | Change::CreateIndex { table, .. }
        | Change::DropIndex { table, .. }
        | Change::RenameIndex { table, .. } => is_declared(&table.after),
        Change::RenameSequence(_) | Change::CreateNamespace(_) | Change::CreateExtension(_) => true,
        _ => false,
    });
    let found = lines(&declared.collect::<Vec<_>>(), pair);
    for line in &found {
        // A line that is both removed and added is not a second finding.
        let is_replaced =
            |other: &Line| other.sign == Sign::Add && other.object == line.object && other.text == line.text;
        let text = match line.sign {
            Sign::Remove if found.iter().any(is_replaced) => continue,
            Sign::Remove => format!(
                "{}: schema.rs declares it, but the database does not have it",
                line.text
            ),
            Sign::Add | Sign::Change => line.text.clone(),
        };
        list.push("difference", line.object.clone(), text);
    }
}

fn undeclared(scope: &Scope<'_>, table: &Table, list: &mut List) {
    let name = table.name.plain();
    if let Some(partition) = &table.partition_of {
        list.push(
            "partition",
            name.clone(),
            format!("partition {name} of {}", partition.parent.plain()),
        );
    } else if (scope.rules.ignores_table)(&table.name) {
        list.push(
            "table",
            name.clone(),
            format!("table {name}: the configuration ignores it"),
        );
    } else if table.primary_key().is_none() {
        list.push(
            "table",
            name.clone(),
            format!("table {name}: without a primary key Diesel cannot model it"),
        );
    } else if !scope.namespaces.contains(&table.name.schema) {
        let schema = &table.name.schema;
        list.push(
            "schema",
            schema,
            format!("schema {schema}: --schema {schema} pulls its tables"),
        );
    } else {
        list.push(
            "table",
            name.clone(),
            format!("table {name}: table! cannot name its schema"),
        );
    }
}

/// Adds the objects of a table that have no attribute.
fn add_table_objects(table: &Table, list: &mut List) {
    let name = table.name.plain();
    for trigger in table.triggers.keys() {
        list.push("trigger", name.clone(), format!("trigger {trigger} on {name}"));
    }
    for policy in table.policies.keys() {
        list.push("policy", name.clone(), format!("policy {policy} on {name}"));
    }
    for rule in table.rules.keys() {
        list.push("rule", name.clone(), format!("rule {rule} on {name}"));
    }
    if table.row_security || table.force_row_security {
        list.push("row_security", name.clone(), format!("row level security of {name}"));
    }
    if table.unlogged {
        list.push("storage", name.clone(), format!("{name} is unlogged"));
    }
    for parent in &table.inherits {
        list.push(
            "inheritance",
            name.clone(),
            format!("{name} inherits from {}", parent.plain()),
        );
    }
    if !table.grants.is_empty() || table.columns.iter().any(|column| !column.grants.is_empty()) {
        list.push("rights", name.clone(), format!("privileges on {name}"));
    }
    let constraints = table.constraints.values();
    for constraint in constraints.filter(|own| own.comment.is_some()) {
        list.push(
            "comment",
            name.clone(),
            format!("comment on constraint {} of {name}", constraint.name),
        );
    }
    for index in table.indexes.values() {
        if index.comment.is_some() {
            list.push(
                "comment",
                name.clone(),
                format!("comment on index {} of {name}", index.name),
            );
        }
        if !index.valid {
            list.push(
                "index",
                name.clone(),
                format!("index {} of {name} is invalid", index.name),
            );
        }
    }
}

fn add_view(source: &Source, view: &View, list: &mut List) {
    let name = view.name.plain();
    let kind = if view.materialized { "materialized view" } else { "view" };
    let declared = source.declared.tables.iter().any(|own| own.name == view.name);
    let text = if declared {
        format!("the query of {kind} {name}")
    } else {
        format!("{kind} {name}")
    };
    list.push("view", name, text);
}

/// Adds types, functions, sequences and other objects.
fn other_objects(scope: &Scope<'_>, list: &mut List) {
    let database = scope.database;
    for (name, kind) in &database.types {
        let name = name.plain();
        let (kind, comment) = match kind {
            CustomType::Enum(found) => (None, &found.comment),
            CustomType::Domain(found) => (Some("domain"), &found.comment),
            CustomType::Composite(found) => (Some("composite type"), &found.comment),
            CustomType::Range(found) => (Some("range type"), &found.comment),
        };
        if let Some(kind) = kind {
            list.push("type", name.clone(), format!("{kind} {name}"));
        }
        if comment.is_some() {
            list.push("comment", name.clone(), format!("comment on type {name}"));
        }
    }
    for (name, _) in database.enums() {
        let used = database
            .tables
            .values()
            .flat_map(|table| &table.columns)
            .any(|column| column.data_type.name == *name);
        if !used {
            list.push(
                "enum",
                name.plain(),
                format!("enum {}: no column uses it", name.plain()),
            );
        }
    }
    for signature in database.functions.keys() {
        list.push("function", signature, format!("function {signature}"));
    }
    for name in database.sequences.keys() {
        list.push("sequence", name.plain(), format!("sequence {}", name.plain()));
    }
    for name in database.collations.keys() {
        list.push("collation", name.plain(), format!("collation {}", name.plain()));
    }
    for extension in database.extensions.keys() {
        let types = database
            .extension_types
            .iter()
            .filter(|(_, of)| *of == extension)
            .map(|(name, _)| name);
        let is_used = types.into_iter().any(|name| {
            let columns = database.tables.values().flat_map(|table| &table.columns);
            columns.into_iter().any(|column| column.data_type.name == *name)
        });
        if !is_used {
            list.push("extension", extension, format!("extension {extension}"));
        }
    }
}
