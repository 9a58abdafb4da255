//! The SQL of one statement.

use super::{
    condition, custom_type, ident, index, object, privileges, relation, rows, sequence, table, text::dollar_quoted,
    with_options,
};
use crate::{
    model::quote_literal,
    statement::{Condition, Ddl, LabelPosition, Setting, TypeAction},
};

/// Returns a statement as SQL, without a semicolon.
pub fn sql(ddl: &Ddl) -> String {
    match ddl {
        Ddl::CreateSchema(name) => format!("CREATE SCHEMA IF NOT EXISTS {}", ident(name)),
        Ddl::CreateExtension { name, schema, cascade } => extension(name, schema.as_deref(), *cascade),
        Ddl::CreateCollation { name, options } => format!("CREATE COLLATION {name} ({options})"),
        Ddl::CreateType { name, of } => custom_type::create(name, of),
        Ddl::AlterType { of, action } => format!("ALTER {} {}", object::named(of), type_action(action)),
        Ddl::CreateTable(new) => table::create(new),
        Ddl::CreateForeignTable { name, columns, server } => table::create_foreign(name, columns, server),
        Ddl::CreateForeignServer(name) => {
            let name = ident(name);
            format!("CREATE FOREIGN DATA WRAPPER {name};\nCREATE SERVER {name} FOREIGN DATA WRAPPER {name}")
        }
        Ddl::AlterTable { table, only, actions } => table::alter(table, *only, actions),
        Ddl::AdoptIndex {
            table,
            index,
            key,
            small,
        } => table::adopt(table, index, key, *small),
        Ddl::AlterViewColumn { view, column, action } => relation::alter_column(view, column, action),
        Ddl::Drop(id) => object::drop(id),
        Ddl::DropIndexConcurrently { index } => format!("DROP INDEX CONCURRENTLY IF EXISTS {index}"),
        Ddl::DropIndexIfExists(index) => format!("DROP INDEX IF EXISTS {index}"),
        Ddl::CreateIndex {
            table,
            only,
            index,
            build,
        } => index::create(table, *only, index, *build),
        Ddl::AlterIndex { index, action } => index::alter(index, action),
        Ddl::CreateSequence { name, options } => sequence::create(name, options),
        Ddl::AlterSequence { name, action } => sequence::alter(name, action),
        Ddl::CreateView {
            view,
            options,
            query,
            with_data,
        } => {
            let data = if *with_data { "" } else { "\nWITH NO DATA" };
            format!(
                "CREATE {}{} AS\n{query}{data}",
                object::named(view),
                with_options(options)
            )
        }
        Ddl::CreateCode { definition, .. } => definition.clone(),
        Ddl::CreatePolicy { table, policy } => relation::policy(table, policy),
        Ddl::CreateStatistics { name, of } => relation::statistics(name, of),
        Ddl::SetStatisticsTarget { name, target } => format!("ALTER STATISTICS {name} SET STATISTICS {target}"),
        Ddl::CreatePublication { name, of } => relation::publication(name, of),
        Ddl::AlterPublication { name, table, action } => relation::publish(name, table, action),
        Ddl::Comment { on, text } => {
            let text = text.as_deref().map_or_else(|| "NULL".to_owned(), quote_literal);
            format!("COMMENT ON {} IS {text}", object::named(on))
        }
        Ddl::Owner { of, role } => format!("ALTER {} OWNER TO {}", object::named(of), privileges::role(role)),
        Ddl::Grant(grants) => privileges::grant(grants),
        Ddl::Revoke(revokes) => privileges::revoke(revokes),
        Ddl::CreateRole(role) => privileges::create_role(role),
        Ddl::LockTablesExclusively(tables) => {
            let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
            format!("LOCK TABLE {}", names.join(", "))
        }
        Ddl::LockTables(tables) => {
            let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
            format!("LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE", names.join(", "))
        }
        Ddl::Analyze(table) => format!("ANALYZE {table}"),
        Ddl::Rows(change) => rows::change(change),
        Ddl::Guard {
            condition,
            message,
            hint,
        } => guard(condition.as_ref(), message, hint),
        Ddl::Set(setting) => self::setting(setting),
    }
}

fn extension(name: &str, schema: Option<&str>, cascade: bool) -> String {
    let with = schema.map_or_else(String::new, |schema| format!(" WITH SCHEMA {}", ident(schema)));
    let cascade = if cascade { " CASCADE" } else { "" };
    format!("CREATE EXTENSION IF NOT EXISTS {}{with}{cascade}", ident(name))
}

fn type_action(action: &TypeAction) -> String {
    match action {
        TypeAction::RenameTo(to) => format!("RENAME TO {}", ident(to)),
        TypeAction::SetSchema(to) => format!("SET SCHEMA {}", ident(to)),
        TypeAction::RenameLabel { from, to } => {
            format!("RENAME VALUE {} TO {}", quote_literal(from), quote_literal(to))
        }
        TypeAction::AddLabel {
            label,
            if_missing,
            position,
        } => {
            let if_missing = if *if_missing { "IF NOT EXISTS " } else { "" };
            let position = match position {
                Some(LabelPosition::Before(other)) => format!(" BEFORE {}", quote_literal(other)),
                Some(LabelPosition::After(other)) => format!(" AFTER {}", quote_literal(other)),
                None => String::new(),
            };
            format!("ADD VALUE {if_missing}{}{position}", quote_literal(label))
        }
    }
}

/// Renders a `DO` block that raises an error, if a condition holds or always.
fn guard(condition: Option<&Condition>, message: &str, hint: &str) -> String {
    let (message, hint) = (quote_literal(message), quote_literal(hint));
    let body = match condition {
        Some(condition) => format!(
            "\nBEGIN\n    IF {} THEN\n        RAISE EXCEPTION USING\n            MESSAGE = {message},\n            HINT = {hint};\n    END IF;\nEND\n",
            condition::expression(condition)
        ),
        None => {
            format!("\nBEGIN\n    RAISE EXCEPTION USING\n        MESSAGE = {message},\n        HINT = {hint};\nEND\n")
        }
    };
    format!("DO {}", dollar_quoted("guard", &body))
}

fn setting(setting: &Setting) -> String {
    match setting {
        Setting::RowSecurityOff => "SET LOCAL row_security = off".to_owned(),
        Setting::RowSecurityReset => "RESET row_security".to_owned(),
        Setting::FunctionBodiesUnchecked => "SET check_function_bodies = off".to_owned(),
        Setting::FunctionBodiesChecked => "RESET check_function_bodies".to_owned(),
        Setting::ConstraintsImmediate => "SET CONSTRAINTS ALL IMMEDIATE".to_owned(),
        Setting::LockTimeout(milliseconds) => format!("SET LOCAL lock_timeout = '{milliseconds}ms'"),
        Setting::SessionRole(role) => format!("SET SESSION AUTHORIZATION {}", ident(role)),
        Setting::Role(role) => format!("SET LOCAL SESSION AUTHORIZATION {}", ident(role)),
        Setting::RoleReset => "RESET SESSION AUTHORIZATION".to_owned(),
    }
}
