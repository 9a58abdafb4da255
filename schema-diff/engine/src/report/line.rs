//! Changes as lines of text.

use crate::{
    compare::{Change, ColumnDelta, EnumEdit, TableDelta, loss},
    model::{Column, ConstraintKind, Pair, QualifiedName, Schema, Table, TableName},
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
    let of = |sign, kind, table: &TableName, text: &str| {
        let table = table.plain();
        let text = format!("{table}{text}");
        new(sign, kind, table, text)
    };
    let renamed = |kind, what: &str, names: Pair<&QualifiedName>| {
        let [old, now] = [names.before, names.after].map(QualifiedName::plain);
        let text = format!("{what} {old} is renamed to {now}");
        new(Alter, kind, now, text)
    };
    match change {
        Change::CreateNamespace(name) => new(Add, "create_schema", name.clone(), format!("schema {name}")),
        Change::DropNamespace(name) => new(Remove, "drop_schema", name.clone(), format!("schema {name}")),
        Change::CreateExtension(name) => new(Add, "create_extension", name.clone(), format!("extension {name}")),
        Change::DropExtension(name) => new(Remove, "drop_extension", name.clone(), format!("extension {name}")),
        Change::CreateType(name) => new(Add, "create_type", name.plain(), format!("type {}", name.plain())),
        Change::DropType(name) => new(Remove, "drop_type", name.plain(), format!("type {}", name.plain())),
        Change::RenameType(names) => renamed("rename_type", "enum", Pair::new(&*names.before, &*names.after)),
        Change::AlterEnum { name, edit } => {
            let text = format!("enum {}: {}", name.after.plain(), edited_labels(edit));
            new(Alter, "alter_enum", name.after.plain(), text)
        }
        Change::CreateTable(name) => new(Add, "create_table", name.plain(), new_table(name, pair.after)),
        Change::DropTable(name) => {
            let text = format!("table {}, with its rows", name.plain());
            new(Remove, "drop_table", name.plain(), text)
        }
        Change::RenameTable(names) => renamed("rename_table", "table", Pair::new(&names.before, &names.after)),
        Change::AlterTable { table: names, delta } => {
            let kind = if delta.options { "alter_table" } else { "comment" };
            new(Alter, kind, names.after.plain(), altered_table(names, delta, pair))
        }
        Change::AddColumn { table, column } => {
            let found = after(pair, table).and_then(|found| found.column(column));
            let shown = found.map_or_else(String::new, type_and_nullability);
            of(Add, "add_column", &table.after, &format!(".{column}{shown}"))
        }
        Change::DropColumn { table, column } => {
            let text = format!(".{column}, with its values");
            of(Remove, "drop_column", &table.before, &text)
        }
        Change::RenameColumn { table, column } => {
            let text = format!(".{} is renamed to {}", column.before, column.after);
            of(Alter, "rename_column", &table.after, &text)
        }
        Change::AlterColumn { table, column, delta } => {
            let text = format!(".{}: {}", column.after, altered_column(table, column, delta, pair));
            of(Alter, "alter_column", &table.after, &text)
        }
        Change::RenameSequence(names) => renamed("rename_sequence", "sequence", Pair::new(&names.before, &names.after)),
        Change::AddConstraint { table, name } => {
            let what = after(pair, table).map_or_else(String::new, |found| constraint(found, name));
            of(Add, "add_constraint", &table.after, &format!(": {what}"))
        }
        Change::DropConstraint { table, name } => {
            let found = pair.before.tables.get(&table.before);
            let what = found.map_or_else(String::new, |found| constraint(found, name));
            of(Remove, "drop_constraint", &table.before, &format!(": {what}"))
        }
        Change::RenameConstraint { table, name } => {
            let text = format!(": constraint {} is renamed to {}", name.before, name.after);
            of(Alter, "rename_constraint", &table.after, &text)
        }
        Change::CreateIndex { table, name } => of(Add, "create_index", &table.after, &format!(": index {name}")),
        Change::DropIndex { table, name } => of(Remove, "drop_index", &table.before, &format!(": index {name}")),
        Change::RenameIndex { table, name } => {
            let text = format!(": index {} is renamed to {}", name.before, name.after);
            of(Alter, "rename_index", &table.after, &text)
        }
        Change::CreatePolicy { table, name } => of(Add, "create_policy", &table.after, &format!(": policy {name}")),
        Change::DropPolicy { table, name } => of(Remove, "drop_policy", &table.before, &format!(": policy {name}")),
        Change::CreateView(name) => new(Add, "create_view", name.plain(), format!("view {}", name.plain())),
        Change::DropView(name) => new(Remove, "drop_view", name.plain(), format!("view {}", name.plain())),
        Change::ReplaceView(name) => {
            let text = format!("view {}: its columns change", name.plain());
            new(Alter, "replace_view", name.plain(), text)
        }
    }
}

fn edited_labels(edit: &EnumEdit) -> String {
    let renamed = edit.renamed.iter();
    let mut parts: Vec<String> = renamed
        .map(|label| format!("{} -> {}", label.before, label.after))
        .collect();
    parts.extend(edit.added.iter().map(|(label, _)| format!("+{label}")));
    parts.extend(edit.removed.iter().map(|label| format!("-{label}")));
    if parts.is_empty() {
        parts.push("the order of its labels".into());
    }
    parts.join(", ")
}

fn new_table(name: &TableName, after: &Schema) -> String {
    let count = after.tables.get(name).map_or(0, |table| table.columns.len());
    let columns = if count == 1 { "column" } else { "columns" };
    format!("table {} ({count} {columns})", name.plain())
}

fn altered_table(names: &Pair<TableName>, delta: &TableDelta, pair: Pair<&Schema>) -> String {
    let shown = names.after.plain();
    let options = after(pair, names).map(|found| found.options.join(", "));
    let parts = [
        delta.comment.then(|| format!("comment on {shown}")),
        delta.options.then(|| match options {
            Some(options) if !options.is_empty() => format!("storage parameters of {shown}: {options}"),
            _ => format!("storage parameters of {shown}: none"),
        }),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("; ")
}

fn type_and_nullability(column: &Column) -> String {
    let nullability = if column.nullable { "" } else { " NOT NULL" };
    format!(" {}{nullability}", render::data_type(&column.data_type))
}

fn altered_column(table: &Pair<TableName>, names: &Pair<String>, delta: &ColumnDelta, pair: Pair<&Schema>) -> String {
    let old = pair.before.tables.get(&table.before);
    let old = old.and_then(|found| found.column(&names.before));
    let now = after(pair, table).and_then(|found| found.column(&names.after));
    let columns = old.zip(now);
    let mut parts = Vec::new();
    if let Some((old, now)) = columns {
        if delta.data_type {
            let types = [old, now].map(|column| render::data_type(&column.data_type));
            parts.push(types.join(" -> "));
        }
        if delta.nullable {
            parts.push(if now.nullable { "nullable" } else { "NOT NULL" }.to_owned());
        }
        if delta.default {
            let default = now.default.as_ref();
            parts.push(default.map_or_else(|| "no default".to_owned(), |text| format!("default {text}")));
        }
    }
    let others = [
        (delta.collation, "collation"),
        (delta.identity, "identity"),
        (delta.sequence, "sequence"),
        (delta.generated, "generation expression"),
        (delta.comment, "comment"),
    ];
    let others = others.into_iter().filter(|(differs, _)| *differs);
    parts.extend(others.map(|(_, word)| word.to_owned()));
    if let Some((old, now)) = columns {
        let settings = now.settings().differing(old.settings());
        parts.extend(settings.map(|(of, value)| format!("{} {}", of.name(), value.as_deref().unwrap_or("default"))));
    }
    parts.join(", ")
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
        ConstraintKind::Exclude { .. } => format!("exclusion constraint {name}"),
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
