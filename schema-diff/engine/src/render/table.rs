//! The SQL of `CREATE TABLE` and `ALTER TABLE`.

use super::{
    column::{column, column_action},
    constraint::{adopted, constraint},
    data_type, ident, option_list,
    text::dollar_quoted,
    with_options,
};
use crate::{
    model::{Constraint, DataType, ReplicaIdentity, TableName, quote_literal},
    statement::{Firing, NewConstraint, NewTable, TableAction},
};

pub(super) fn create(new: &NewTable) -> String {
    let columns = new.columns.iter();
    let columns = columns.map(|own| column(&new.name, own, new.key_column.as_deref() == Some(own.name.as_str())));
    let lines: Vec<String> = columns.chain(new.constraints.iter().map(constraint)).collect();
    let unlogged = if new.unlogged { "UNLOGGED " } else { "" };
    let body = if lines.is_empty() {
        "()".to_owned()
    } else {
        format!("(\n    {}\n)", lines.join(",\n    "))
    };
    let mut statement = format!("CREATE {unlogged}TABLE {} {body}", new.name);
    if !new.inherits.is_empty() {
        let parents: Vec<String> = new.inherits.iter().map(ToString::to_string).collect();
        statement.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(key) = &new.partition_key {
        statement.push_str(&format!(" PARTITION BY {key}"));
    }
    statement.push_str(&with_options(&new.options));
    statement
}

pub(super) fn create_foreign(name: &TableName, columns: &[(String, DataType)], server: &str) -> String {
    let lines: Vec<String> = columns
        .iter()
        .map(|(name, of)| format!("\n    {} {}", ident(name), data_type(of)))
        .collect();
    let server = ident(server);
    format!("CREATE FOREIGN TABLE {name} ({}\n) SERVER {server}", lines.join(","))
}

/// Renders a key from a unique index, and what happens if the index is missing.
pub(super) fn adopt(table: &TableName, index: &str, key: &Constraint, small: u64) -> String {
    let index = table.sibling(index);
    let (name, literal) = (index.to_string(), quote_literal(&index.to_string()));
    let build = constraint(&NewConstraint {
        constraint: key.clone(),
        is_named: true,
    });
    let message = quote_literal(&format!("the unique index {name} is missing"));
    let hint = quote_literal("Revert the migration that creates it, too, and run both again");
    let body = format!(
        "\nBEGIN\n    IF to_regclass({literal}) IS NOT NULL THEN\n        ALTER TABLE {table} ADD {};\n    \
         ELSIF pg_relation_size({}) < {small} THEN\n        -- down.sql has dropped the index with the constraint. The table is small.\n        ALTER TABLE {table} ADD {build};\n    \
         ELSE\n        RAISE EXCEPTION USING\n            MESSAGE = {message},\n            HINT = {hint};\n    END IF;\nEND\n",
        adopted(key, &index.name),
        quote_literal(&table.to_string()),
    );
    format!("DO {}", dollar_quoted("adopt", &body))
}

/// Renders `ALTER TABLE` with one action, or with several actions, one on each line.
pub(super) fn alter(table: &TableName, only: bool, actions: &[TableAction]) -> String {
    let only = if only { "ONLY " } else { "" };
    let actions: Vec<String> = actions.iter().map(|own| action(table, own)).collect();
    match actions.as_slice() {
        [action] => format!("ALTER TABLE {only}{table} {action}"),
        actions => format!("ALTER TABLE {only}{table}\n    {}", actions.join(",\n    ")),
    }
}

fn action(table: &TableName, action: &TableAction) -> String {
    match action {
        TableAction::AddColumn(own) => format!("ADD COLUMN {}", column(table, own, false)),
        TableAction::DropColumn(name) => format!("DROP COLUMN {}", ident(name)),
        TableAction::AlterColumn { column, action } => {
            format!(
                "ALTER COLUMN {} {}",
                ident(column),
                column_action(table, column, action)
            )
        }
        TableAction::AddConstraint(new) => format!("ADD {}", constraint(new)),
        TableAction::DropConstraint(name) => format!("DROP CONSTRAINT {}", ident(name)),
        TableAction::ValidateConstraint(name) => format!("VALIDATE CONSTRAINT {}", ident(name)),
        TableAction::RenameTo(to) => format!("RENAME TO {}", ident(to)),
        TableAction::RenameColumn { from, to } => format!("RENAME COLUMN {} TO {}", ident(from), ident(to)),
        TableAction::RenameConstraint { from, to } => format!("RENAME CONSTRAINT {} TO {}", ident(from), ident(to)),
        TableAction::SetSchema(to) => format!("SET SCHEMA {}", ident(to)),
        TableAction::Inherit(parent) => format!("INHERIT {parent}"),
        TableAction::AttachPartition { partition, bound } => format!("ATTACH PARTITION {partition} {bound}"),
        TableAction::OfType(of) => format!("OF {of}"),
        TableAction::SetOptions(options) => format!("SET {}", option_list(options)),
        TableAction::ResetOptions(names) => format!("RESET ({})", names.join(", ")),
        TableAction::EnableRowSecurity => "ENABLE ROW LEVEL SECURITY".to_owned(),
        TableAction::ForceRowSecurity(true) => "FORCE ROW LEVEL SECURITY".to_owned(),
        TableAction::ForceRowSecurity(false) => "NO FORCE ROW LEVEL SECURITY".to_owned(),
        TableAction::ClusterOn(index) => format!("CLUSTER ON {}", ident(index)),
        TableAction::ReplicaIdentity(identity) => format!("REPLICA IDENTITY {}", replica_identity(identity)),
        TableAction::Trigger { name, firing } => format!("{} TRIGGER {}", self::firing(*firing), ident(name)),
        TableAction::Rule { name, firing } => format!("{} RULE {}", self::firing(*firing), ident(name)),
    }
}

fn replica_identity(identity: &ReplicaIdentity) -> String {
    match identity {
        ReplicaIdentity::Default => "DEFAULT".to_owned(),
        ReplicaIdentity::Full => "FULL".to_owned(),
        ReplicaIdentity::Nothing => "NOTHING".to_owned(),
        ReplicaIdentity::Index(name) => format!("USING INDEX {}", ident(name)),
    }
}

const fn firing(firing: Firing) -> &'static str {
    match firing {
        Firing::Disabled => "DISABLE",
        Firing::Origin => "ENABLE",
        Firing::Replica => "ENABLE REPLICA",
        Firing::Always => "ENABLE ALWAYS",
    }
}
