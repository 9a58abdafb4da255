//! Changes as lines of text.

use crate::{
    compare::{Change, loss},
    model::{ConstraintKind, Pair, Schema, Table, TableName},
    render,
};

/// The kind of a change, as a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// An object is added.
    Add,
    /// An object is changed.
    Change,
    /// An object is dropped.
    Remove,
}

impl Sign {
    /// Returns `+`, `~` or `-`.
    pub const fn symbol(self) -> char {
        match self {
            Self::Add => '+',
            Self::Change => '~',
            Self::Remove => '-',
        }
    }
}

/// One change as a line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its sign.
    pub sign: Sign,
    /// Its kind, a stable word for programs: `add_column`.
    pub kind: &'static str,
    /// The table, type or view, unquoted.
    pub object: String,
    /// The description of the change.
    pub text: String,
    /// Whether the change loses data.
    pub loses_data: bool,
}

/// Returns a line for each change.
pub fn lines(changes: &[Change], pair: Pair<&Schema>) -> Vec<Line> {
    changes
        .iter()
        .map(|change| Line {
            loses_data: loss(change, pair).is_some(),
            ..line(change, pair)
        })
        .collect()
}

fn line(change: &Change, pair: Pair<&Schema>) -> Line {
    use Sign::{Add, Change as Alter, Remove};
    let new = |sign, kind, object: String, text: String| Line {
        sign,
        kind,
        object,
        text,
        loses_data: false,
    };
    match change {
        Change::CreateNamespace(name) => new(Add, "create_schema", name.clone(), format!("schema {name}")),
        Change::DropNamespace(name) => new(Remove, "drop_schema", name.clone(), format!("schema {name}")),
        Change::CreateExtension(name) => new(Add, "create_extension", name.clone(), format!("extension {name}")),
        Change::DropExtension(name) => new(Remove, "drop_extension", name.clone(), format!("extension {name}")),
        Change::CreateType(name) => new(Add, "create_type", name.plain(), format!("type {}", name.plain())),
        Change::DropType(name) => new(Remove, "drop_type", name.plain(), format!("type {}", name.plain())),
        Change::RenameType(names) => new(
            Alter,
            "rename_type",
            names.after.plain(),
            format!("enum {} is renamed to {}", names.before.plain(), names.after.plain()),
        ),
        Change::AlterEnum { name, edit } => {
            let mut parts: Vec<String> = edit
                .renamed
                .iter()
                .map(|label| format!("{} -> {}", label.before, label.after))
                .collect();
            parts.extend(edit.added.iter().map(|(label, _)| format!("+{label}")));
            parts.extend(edit.removed.iter().map(|label| format!("-{label}")));
            if parts.is_empty() {
                parts.push("another order".into());
            }
            new(
                Alter,
                "alter_enum",
                name.after.plain(),
                format!("enum {}: {}", name.after.plain(), parts.join(", ")),
            )
        }
        Change::CreateTable(name) => {
            let count = pair.after.tables.get(name).map_or(0, |table| table.columns.len());
            new(
                Add,
                "create_table",
                name.plain(),
                format!(
                    "table {} ({count} column{})",
                    name.plain(),
                    if count == 1 { "" } else { "s" }
                ),
            )
        }
        Change::DropTable(name) => new(
            Remove,
            "drop_table",
            name.plain(),
            format!("table {}, with its rows", name.plain()),
        ),
        Change::RenameTable(names) => new(
            Alter,
            "rename_table",
            names.after.plain(),
            format!("table {} is renamed to {}", names.before.plain(), names.after.plain()),
        ),
        Change::AlterTable { table: names, delta } => {
            let shown = names.after.plain();
            let options = after(pair, names).map(|found| found.options.join(", "));
            let parts = [
                delta.comment.then(|| format!("comment on {shown}")),
                delta.options.then(|| match options {
                    Some(options) if !options.is_empty() => format!("storage parameters of {shown}: {options}"),
                    _ => format!("storage parameters of {shown}: none"),
                }),
            ];
            let kind = if delta.options { "alter_table" } else { "comment" };
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            new(Alter, kind, shown.clone(), parts.join("; "))
        }
        Change::AddColumn { table, column } => {
            let shown = after(pair, table)
                .and_then(|found| found.column(column))
                .map_or_else(String::new, |found| {
                    format!(
                        " {}{}",
                        render::data_type(&found.data_type),
                        if found.nullable { "" } else { " NOT NULL" }
                    )
                });
            new(
                Add,
                "add_column",
                table.after.plain(),
                format!("{}.{column}{shown}", table.after.plain()),
            )
        }
        Change::DropColumn { table, column } => new(
            Remove,
            "drop_column",
            table.before.plain(),
            format!("{}.{column}, with its values", table.before.plain()),
        ),
        Change::RenameColumn { table, column } => new(
            Alter,
            "rename_column",
            table.after.plain(),
            format!(
                "{}.{} is renamed to {}",
                table.after.plain(),
                column.before,
                column.after
            ),
        ),
        Change::AlterColumn { table, column, delta } => {
            let old = pair
                .before
                .tables
                .get(&table.before)
                .and_then(|found| found.column(&column.before));
            let now = after(pair, table).and_then(|found| found.column(&column.after));
            let mut parts = Vec::new();
            if let (Some(old), Some(now)) = (old, now) {
                if delta.data_type {
                    parts.push(format!(
                        "{} -> {}",
                        render::data_type(&old.data_type),
                        render::data_type(&now.data_type)
                    ));
                }
                if delta.nullable {
                    parts.push(if now.nullable { "nullable" } else { "NOT NULL" }.to_owned());
                }
                if delta.default {
                    parts.push(
                        now.default
                            .as_ref()
                            .map_or_else(|| "no default".to_owned(), |text| format!("default {text}")),
                    );
                }
            }
            for (differs, word) in [
                (delta.collation, "collation"),
                (delta.identity, "identity"),
                (delta.sequence, "sequence"),
                (delta.generated, "generated"),
                (delta.comment, "comment"),
            ] {
                if differs {
                    parts.push(word.to_owned());
                }
            }
            if let (Some(old), Some(now)) = (old, now) {
                let settings = now.settings().differing(old.settings());
                parts.extend(
                    settings.map(|(of, value)| format!("{} {}", of.name(), value.as_deref().unwrap_or("default"))),
                );
            }
            new(
                Alter,
                "alter_column",
                table.after.plain(),
                format!("{}.{}: {}", table.after.plain(), column.after, parts.join(", ")),
            )
        }
        Change::RenameSequence(names) => new(
            Alter,
            "rename_sequence",
            names.after.plain(),
            format!(
                "sequence {} is renamed to {}",
                names.before.plain(),
                names.after.plain()
            ),
        ),
        Change::AddConstraint { table, name } => {
            let what = after(pair, table).map_or_else(String::new, |found| constraint(found, name));
            new(
                Add,
                "add_constraint",
                table.after.plain(),
                format!("{}: {what}", table.after.plain()),
            )
        }
        Change::DropConstraint { table, name } => {
            let what = pair
                .before
                .tables
                .get(&table.before)
                .map_or_else(String::new, |found| constraint(found, name));
            new(
                Remove,
                "drop_constraint",
                table.before.plain(),
                format!("{}: {what}", table.before.plain()),
            )
        }
        Change::RenameConstraint { table, name } => new(
            Alter,
            "rename_constraint",
            table.after.plain(),
            format!(
                "{}: constraint {} is renamed to {}",
                table.after.plain(),
                name.before,
                name.after
            ),
        ),
        Change::CreateIndex { table, name } => new(
            Add,
            "create_index",
            table.after.plain(),
            format!("{}: index {name}", table.after.plain()),
        ),
        Change::DropIndex { table, name } => new(
            Remove,
            "drop_index",
            table.before.plain(),
            format!("{}: index {name}", table.before.plain()),
        ),
        Change::RenameIndex { table, name } => new(
            Alter,
            "rename_index",
            table.after.plain(),
            format!(
                "{}: index {} is renamed to {}",
                table.after.plain(),
                name.before,
                name.after
            ),
        ),
        Change::CreatePolicy { table, name } => new(
            Add,
            "create_policy",
            table.after.plain(),
            format!("{}: policy {name}", table.after.plain()),
        ),
        Change::DropPolicy { table, name } => new(
            Remove,
            "drop_policy",
            table.before.plain(),
            format!("{}: policy {name}", table.before.plain()),
        ),
        Change::CreateView(name) => new(Add, "create_view", name.plain(), format!("view {}", name.plain())),
        Change::DropView(name) => new(Remove, "drop_view", name.plain(), format!("view {}", name.plain())),
        Change::ReplaceView(name) => new(
            Alter,
            "replace_view",
            name.plain(),
            format!("view {} has other columns", name.plain()),
        ),
    }
}

fn after<'a>(pair: Pair<&'a Schema>, table: &Pair<TableName>) -> Option<&'a Table> {
    pair.after.tables.get(&table.after)
}

pub(super) fn constraint(table: &Table, name: &str) -> String {
    let Some(found) = table.constraints.get(name) else {
        return format!("constraint {name}");
    };
    match &found.kind {
        ConstraintKind::PrimaryKey { columns, .. } => format!("primary key ({})", columns.join(", ")),
        ConstraintKind::Unique { columns, .. } => format!("unique ({})", columns.join(", ")),
        ConstraintKind::Check { expression, .. } => format!("check {expression}"),
        ConstraintKind::Exclude { .. } => format!("exclusion {name}"),
        ConstraintKind::ForeignKey(key) => {
            format!(
                "foreign key ({}) -> {} ({})",
                key.columns.join(", "),
                key.references.plain(),
                key.referenced_columns.join(", ")
            )
        }
    }
}
