//! Statements that change a table.

use super::{
    create::{self, Context},
    ident,
};
use crate::model::{Column, QualifiedName, TableName, quote_literal};

/// `ALTER TABLE` with one action, or several a line each.
pub fn alter_table(table: &TableName, actions: &[String]) -> String {
    match actions {
        [action] => format!("ALTER TABLE {table} {action}"),
        actions => format!("ALTER TABLE {table}\n    {}", actions.join(",\n    ")),
    }
}

/// `ADD COLUMN` with everything that belongs to the column itself.
pub fn add_column(table: &TableName, column: &Column, context: &Context<'_>) -> String {
    alter_table(
        table,
        &[format!("ADD COLUMN {}", create::column(table, column, context))],
    )
}

/// `DROP COLUMN`.
pub fn drop_column(table: &TableName, column: &str) -> String {
    alter_table(table, &[format!("DROP COLUMN {}", ident(column))])
}

/// `DROP CONSTRAINT`.
pub fn drop_constraint(table: &TableName, name: &str) -> String {
    alter_table(table, &[format!("DROP CONSTRAINT {}", ident(name))])
}

/// `COMMENT ON`.
pub fn comment_on(kind: &str, target: &str, text: Option<&str>) -> String {
    format!(
        "COMMENT ON {kind} {target} IS {}",
        text.map_or_else(|| "NULL".to_owned(), quote_literal)
    )
}

/// A collation's name; Postgres's own without its schema.
pub fn collation(name: &QualifiedName) -> String {
    if name.schema == "pg_catalog" {
        ident(&name.name)
    } else {
        name.to_string()
    }
}
