//! The SQL of a constraint, in `CREATE TABLE` and `ADD`.

use super::{column_list, ident, parenthesized};
use crate::{
    model::{Constraint, ConstraintKind, ForeignKey, Match, ReferentialAction},
    statement::NewConstraint,
};

/// Renders `CONSTRAINT name UNIQUE (a) DEFERRABLE`.
pub(super) fn constraint(new: &NewConstraint) -> String {
    let constraint = &new.constraint;
    let mut sql = String::new();
    if new.is_named {
        sql.push_str(&format!("CONSTRAINT {} ", ident(&constraint.name)));
    }
    sql.push_str(&body(&constraint.kind));
    sql.push_str(&deferring(constraint));
    if !constraint.validated {
        sql.push_str(" NOT VALID");
    }
    sql
}

/// Renders `CONSTRAINT name UNIQUE USING INDEX name DEFERRABLE`: a key from the unique index of its name.
pub(super) fn adopted(key: &Constraint, index: &str) -> String {
    let name = ident(&key.name);
    let kind = match key.kind {
        ConstraintKind::PrimaryKey { .. } => "PRIMARY KEY",
        _ => "UNIQUE",
    };
    format!(
        "CONSTRAINT {name} {kind} USING INDEX {}{}",
        ident(index),
        deferring(key)
    )
}

fn deferring(constraint: &Constraint) -> String {
    let deferrable = if constraint.deferrable { " DEFERRABLE" } else { "" };
    let deferred = if constraint.initially_deferred {
        " INITIALLY DEFERRED"
    } else {
        ""
    };
    format!("{deferrable}{deferred}")
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
            let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
            format!("CHECK {}{no_inherit}", parenthesized(expression))
        }
        ConstraintKind::ForeignKey(key) => foreign_key(key),
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

fn foreign_key(key: &ForeignKey) -> String {
    let mut sql = format!(
        "FOREIGN KEY {} REFERENCES {} {}",
        column_list(&key.columns),
        key.references,
        column_list(&key.referenced_columns)
    );
    if key.matching == Match::Full {
        sql.push_str(" MATCH FULL");
    }
    if key.on_update != ReferentialAction::NoAction {
        sql.push_str(&format!(" ON UPDATE {}", key.on_update.sql()));
    }
    if key.on_delete != ReferentialAction::NoAction {
        sql.push_str(&format!(" ON DELETE {}", key.on_delete.sql()));
    }
    if !key.on_delete_columns.is_empty() {
        sql.push_str(&format!(" {}", column_list(&key.on_delete_columns)));
    }
    sql
}
