//! Decisions as command-line options. A printed option can be typed, and parses to the same decision.
//!
//! `users.mail:email` names columns of `public`, `app.users.mail:email` those of another schema. A name that contains
//! one of the separators is in double quotes, as in SQL: `"my.table".mail:email`. Names are case-sensitive.

mod record;
mod value;

use std::fmt;

use crate::{
    matching::{CodeName, Fate, table_of_decision},
    model::{ObjectId, TableName, TypeName, plain_part},
};

pub use record::{decide, flags_of, overrule};
pub use value::{
    Dropped, assignment, dropped, rename, rename_label, rename_schema, rename_table, rename_type, replacement,
    table_name,
};

/// An option with its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flag {
    name: &'static str,
    value: String,
}

impl Flag {
    /// Returns the option as it is recorded: the name, a space, the value.
    pub fn recorded(&self) -> String {
        format!("{} {}", self.name, self.value)
    }

    /// Returns the option that decides what happens to an existing object.
    pub fn of(before: &ObjectId, fate: &Fate) -> Self {
        let Fate::Renamed(after) = fate else {
            return Self::new("--drop", before.path());
        };
        match (before, after) {
            (ObjectId::Table(from), ObjectId::Table(to)) => Self::rename_table(from, to),
            (ObjectId::Type(from), ObjectId::Type(to)) => Self::rename_type(from, to),
            (ObjectId::Schema(from), ObjectId::Schema(to)) => Self::rename_schema(from, to),
            (ObjectId::Label { of, name }, ObjectId::Label { name: to, .. }) => Self::rename_label(of, name, to),
            (
                ObjectId::Column { relation, name },
                ObjectId::Column {
                    relation: now,
                    name: to,
                },
            ) => Self::rename(table_of_decision((relation, name), (now, to)), name, to),
            _ => Self::new("--drop", before.path()),
        }
    }

    /// Returns the option for a renamed column.
    pub fn rename(table: &TableName, from: &str, to: &str) -> Self {
        Self::new(
            "--rename",
            format!("{}.{}:{}", table.plain(), plain_part(from), plain_part(to)),
        )
    }

    /// Returns the option for a renamed table.
    pub fn rename_table(from: &TableName, to: &TableName) -> Self {
        Self::new("--rename-table", format!("{}:{}", from.plain(), to.plain()))
    }

    /// Returns the option for a renamed enum type.
    pub fn rename_type(from: &TypeName, to: &TypeName) -> Self {
        Self::new("--rename-type", format!("{}:{}", from.plain(), to.plain()))
    }

    /// Returns the option for a renamed schema.
    pub fn rename_schema(from: &str, to: &str) -> Self {
        Self::new("--rename-schema", format!("{}:{}", plain_part(from), plain_part(to)))
    }

    /// Returns the option for a renamed label of an enum type.
    pub fn rename_label(of: &TypeName, from: &str, to: &str) -> Self {
        Self::new(
            "--rename-label",
            format!("{}.{}:{}", of.plain(), plain_part(from), plain_part(to)),
        )
    }

    /// Returns the option for a dropped table.
    pub fn drop_table(table: &TableName) -> Self {
        Self::new("--drop", table.plain())
    }

    /// Returns the option for a dropped column of a table or label of an enum type.
    pub fn drop_column(of: &TableName, column: &str) -> Self {
        Self::new("--drop", format!("{}.{}", of.plain(), plain_part(column)))
    }

    /// Returns the option that fills a column with an expression, which may be a placeholder.
    pub fn backfill(table: &TableName, column: &str, expression: &str) -> Self {
        Self::new(
            "--backfill",
            format!("{}.{}={expression}", table.plain(), plain_part(column)),
        )
    }

    fn using_down(table: &TableName, column: &str, expression: &str) -> Self {
        Self::new(
            "--using-down",
            format!("{}.{}={expression}", table.plain(), plain_part(column)),
        )
    }

    /// Returns the option that lets a table's triggers fire for rows that are filled.
    pub fn fire_triggers(table: &TableName) -> Self {
        Self::new("--fire-triggers", table.plain())
    }

    /// Returns the option that replaces a view, function or trigger.
    pub fn replace(name: &CodeName, sql: &str) -> Self {
        let name = match (&name.table, &name.column) {
            (Some(name), _) => name.plain(),
            (None, Some((of, name))) => format!("{}.{}", of.plain(), plain_part(name)),
            (None, None) => String::new(),
        };
        Self::new("--replace", format!("{name}={sql}"))
    }

    /// Returns the option that keeps a function unchanged.
    pub fn keep(function: &TableName) -> Self {
        Self::new("--keep", function.plain())
    }

    fn using(table: &TableName, column: &str, expression: &str) -> Self {
        Self::new(
            "--using",
            format!("{}.{}={expression}", table.plain(), plain_part(column)),
        )
    }

    /// Returns the option that lifts a table's row security for the migration.
    pub fn lift_row_security(table: &TableName) -> Self {
        Self::new("--lift-row-security", table.plain())
    }

    const fn new(name: &'static str, value: String) -> Self {
        Self { name, value }
    }
}

/// Formats the option as it is typed in a shell.
impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Expressions are always quoted.
        let expression = matches!(self.name, "--backfill" | "--using" | "--using-down" | "--replace");
        let plain = |c: char| c.is_alphanumeric() || "_.:,/@%+-=".contains(c);
        if self.value.chars().all(plain) && !expression {
            write!(f, "{} {}", self.name, self.value)
        } else if self.value.contains(['"', '$', '`', '\\', '!']) {
            write!(f, "{} '{}'", self.name, self.value.replace('\'', r"'\''"))
        } else {
            write!(f, "{} \"{}\"", self.name, self.value)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::matching::Decisions;

    #[test]
    fn forms() {
        let of = |schema: &str, name: &str| TableName::new(schema, name);
        assert_eq!(rename("users.a:b"), Ok((of("public", "users"), "a".into(), "b".into())));
        assert_eq!(
            rename("app.users.a:b.c"),
            Ok((of("app", "users"), "a".into(), "b.c".into()))
        );
        assert_eq!(
            rename("\"a.b\".\"x:\"\"y\":z"),
            Ok((of("public", "a.b"), "x:\"y".into(), "z".into()))
        );
        assert_eq!(
            assignment("u.a=b = '.'"),
            Ok(((of("public", "u"), "a".into()), "b = '.'".into()))
        );
        for wrong in [
            "users",
            "users:a",
            "users.:a",
            "users.a:",
            ".a:b",
            "a.b.c.d:e",
            "\"a.b:c",
            "\"a\"b.c:d",
        ] {
            assert!(rename(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "a.b.c.d", "\"a", "."] {
            assert!(dropped(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            Flag::rename(&of("public", "users"), "mail", "email").to_string(),
            "--rename users.mail:email"
        );
        assert_eq!(
            Flag::drop_table(&of("My App", "it's")).to_string(),
            "--drop \"My App.it's\""
        );
        assert_eq!(Flag::drop_table(&of("public", "a.$b")).to_string(), "--drop '\"a.$b\"'");
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z]{1,4}", "[ .:=\"'a$\n-]{1,5}"]
    }

    proptest! {
        #[test]
        fn what_is_recorded_reads_back(schema in name(), table in name(), from in name(), to in name(), expression in "[a-z'=. ]{0,9}x") {
            let of = TableName::new(schema, table);
            let mut decisions = Decisions::default();
            decisions.columns.push((of.clone(), from.clone(), to.clone()));
            decisions.labels.push((of.clone().into(), to.clone(), from.clone()));
            decisions.tables.push((of.clone(), TableName::public(to.clone())));
            decisions.types.push((TypeName::public(to.clone()), of.clone().into()));
            decisions.namespaces.push((from.clone(), to.clone()));
            decisions.backfills.insert((of.clone(), from.clone()), expression.clone());
            decisions.usings.insert((of.clone(), to.clone()), expression.clone());
            decisions.usings_down.insert((of.clone(), from.clone()), expression);
            decisions.lift_row_security.insert(of.clone());
            let mut again = Decisions::default();
            for flag in flags_of(&decisions) {
                decide(&mut again, &flag.recorded()).unwrap();
            }
            prop_assert_eq!(&decisions, &again);
            let drop = dropped(&Flag::drop_column(&of, &from).value).unwrap();
            prop_assert_eq!(drop.column, Some((of.clone(), from)));
            prop_assert_eq!(dropped(&Flag::drop_table(&of).value).unwrap().table, Some(of));
        }
    }
}
