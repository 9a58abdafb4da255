//! The SQL of objects of tables and views: policies, statistics, publications, columns of views.

use super::{column::column_action, ident, object, parenthesized, privileges};
use crate::{
    model::{ObjectId, Policy, Publication, QualifiedName, Statistics, TableName},
    statement::{ColumnAction, Publishing},
};

pub(super) fn alter_column(view: &ObjectId, column: &str, action: &ColumnAction) -> String {
    let relation = match view {
        ObjectId::View(name) | ObjectId::MaterializedView(name) => name.clone(),
        _ => TableName::public(""),
    };
    let action = column_action(&relation, column, action);
    format!("ALTER {} ALTER COLUMN {} {action}", object::named(view), ident(column))
}

pub(super) fn policy(table: &TableName, policy: &Policy) -> String {
    let mut statement = format!("CREATE POLICY {} ON {table}", ident(&policy.name));
    if !policy.permissive {
        statement.push_str(" AS RESTRICTIVE");
    }
    if policy.command != "ALL" {
        statement.push_str(&format!(" FOR {}", policy.command));
    }
    if !policy.roles.is_empty() {
        let roles: Vec<String> = policy.roles.iter().map(|role| privileges::role(role)).collect();
        statement.push_str(&format!(" TO {}", roles.join(", ")));
    }
    if let Some(expression) = &policy.using {
        statement.push_str(&format!(" USING {}", parenthesized(expression)));
    }
    if let Some(expression) = &policy.check {
        statement.push_str(&format!(" WITH CHECK {}", parenthesized(expression)));
    }
    statement
}

pub(super) fn statistics(name: &QualifiedName, of: &Statistics) -> String {
    let kinds = if of.kinds.is_empty() || of.columns.len() + of.expressions.len() < 2 {
        String::new()
    } else {
        format!(" ({})", of.kinds.join(", "))
    };
    let columns = of.columns.iter().map(|column| ident(column));
    let expressions = of.expressions.iter().map(|text| parenthesized(text));
    let keys: Vec<String> = columns.chain(expressions).collect();
    format!("CREATE STATISTICS {name}{kinds} ON {} FROM {}", keys.join(", "), of.on)
}

pub(super) fn publication(name: &str, of: &Publication) -> String {
    let options = if of.options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", of.options.join(", "))
    };
    format!("CREATE PUBLICATION {}{options}", ident(name))
}

pub(super) fn publish(name: &str, table: &TableName, action: &Publishing) -> String {
    let action = match action {
        Publishing::Add(member) => {
            let columns: Vec<String> = member.columns.iter().map(|name| ident(name)).collect();
            let columns = if columns.is_empty() {
                String::new()
            } else {
                format!(" ({})", columns.join(", "))
            };
            let filter = member.filter.as_ref();
            let filter = filter.map_or_else(String::new, |text| format!(" WHERE {}", parenthesized(text)));
            format!("ADD TABLE ONLY {table}{columns}{filter}")
        }
        Publishing::Drop => format!("DROP TABLE ONLY {table}"),
    };
    format!("ALTER PUBLICATION {} {action}", ident(name))
}
