//! One constraint, as `CREATE TABLE` and `ADD` take it.

use super::context::Context;
use crate::{
    model::{Constraint, ConstraintKind, ForeignKey, Match, ReferentialAction, TableName, quote_ident},
    render::{column_list, default_name, parenthesized},
};

/// `CONSTRAINT name UNIQUE (a) DEFERRABLE`; the name is left out when Postgres would give the same one by itself.
pub fn constraint(table: &TableName, constraint: &Constraint, context: &Context<'_>) -> String {
    let mut words = String::new();
    if !has_default_name(table, constraint, context) {
        words.push_str(&format!("CONSTRAINT {} ", quote_ident(&constraint.name)));
    }
    words.push_str(&body(&constraint.kind));
    if constraint.deferrable {
        words.push_str(" DEFERRABLE");
    }
    if constraint.initially_deferred {
        words.push_str(" INITIALLY DEFERRED");
    }
    if !constraint.validated {
        words.push_str(" NOT VALID");
    }
    words
}

/// `ALTER TABLE t ADD CONSTRAINT ...`.
pub fn add_constraint(table: &TableName, added: &Constraint, context: &Context<'_>) -> String {
    format!("ALTER TABLE {table} ADD {}", constraint(table, added, context))
}

/// Whether Postgres would give the constraint its name when none is written.
pub fn has_default_name(table: &TableName, constraint: &Constraint, context: &Context<'_>) -> bool {
    let usual = match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => default_name::primary_key(&table.name),
        ConstraintKind::Unique { columns, include, .. } => {
            default_name::unique(&table.name, columns.iter().chain(include).map(String::as_str))
        }
        ConstraintKind::Check { columns, .. } => default_name::check(&table.name, columns),
        ConstraintKind::ForeignKey(key) => {
            default_name::foreign_key(&table.name, key.columns.iter().map(String::as_str))
        }
        ConstraintKind::Exclude { .. } => return false,
    };
    usual == constraint.name && context.is_alone(&table.schema, &usual)
}

fn body(kind: &ConstraintKind) -> String {
    match kind {
        ConstraintKind::PrimaryKey { columns, include } => {
            format!("PRIMARY KEY {}{}", column_list(columns), including(include))
        }
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
        } => {
            let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            format!("UNIQUE{nulls} {}{}", column_list(columns), including(include))
        }
        ConstraintKind::Check {
            expression, no_inherit, ..
        } => {
            format!(
                "CHECK {}{}",
                parenthesized(expression),
                if *no_inherit { " NO INHERIT" } else { "" }
            )
        }
        ConstraintKind::ForeignKey(key) => foreign_key_body(key),
        ConstraintKind::Exclude { definition, .. } => definition.clone(),
    }
}

fn including(columns: &[String]) -> String {
    if columns.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE {}", column_list(columns))
    }
}

fn foreign_key_body(key: &ForeignKey) -> String {
    let mut words = format!(
        "FOREIGN KEY {} REFERENCES {} {}",
        column_list(&key.columns),
        key.references,
        column_list(&key.referenced_columns)
    );
    if key.matching == Match::Full {
        words.push_str(" MATCH FULL");
    }
    if key.on_update != ReferentialAction::NoAction {
        words.push_str(&format!(" ON UPDATE {}", key.on_update.sql()));
    }
    if key.on_delete != ReferentialAction::NoAction {
        words.push_str(&format!(" ON DELETE {}", key.on_delete.sql()));
    }
    if !key.on_delete_columns.is_empty() {
        words.push_str(&format!(" {}", column_list(&key.on_delete_columns)));
    }
    words
}
