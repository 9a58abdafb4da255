//! Decisions as the flags that say them. What is printed here can be typed, and is read back as the same decision.
//!
//! `users.mail:email` names columns of `public`, `app.users.mail:email` those of another schema. A name that holds one of the
//! signs stands in double quotes, as in SQL: `"my.table".mail:email`. Capitals count.

use std::fmt;

use crate::{
    model::{TableName, plain_part},
    renames::decide::{CodeName, Decisions},
};

/// One flag with its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flag {
    name: &'static str,
    value: String,
}

/// The value of `--drop`: `a.b` may be a table of the schema `a`, or a column of the table `a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// As a table.
    pub table: Option<TableName>,
    /// As a column of a table, or as a label of an enum type.
    pub column: Option<(TableName, String)>,
}

impl Flag {
    /// As it is recorded: the name, a space, the value.
    pub fn recorded(&self) -> String {
        format!("{} {}", self.name, self.value)
    }

    /// A column was renamed.
    pub fn rename(table: &TableName, from: &str, to: &str) -> Self {
        Self::new(
            "--rename",
            format!("{}.{}:{}", table.plain(), plain_part(from), plain_part(to)),
        )
    }

    /// A table was renamed.
    pub fn rename_table(from: &TableName, to: &TableName) -> Self {
        Self::new("--rename-table", format!("{}:{}", from.plain(), to.plain()))
    }

    /// An enum type was renamed.
    pub fn rename_type(from: &TableName, to: &TableName) -> Self {
        Self::new("--rename-type", format!("{}:{}", from.plain(), to.plain()))
    }

    /// A schema was renamed.
    pub fn rename_schema(from: &str, to: &str) -> Self {
        Self::new("--rename-schema", format!("{}:{}", plain_part(from), plain_part(to)))
    }

    /// A label of an enum type was renamed.
    pub fn rename_label(of: &TableName, from: &str, to: &str) -> Self {
        Self::new(
            "--rename-label",
            format!("{}.{}:{}", of.plain(), plain_part(from), plain_part(to)),
        )
    }

    /// A table is gone.
    pub fn drop_table(table: &TableName) -> Self {
        Self::new("--drop", table.plain())
    }

    /// A column of a table, or a label of an enum type, is gone.
    pub fn drop_column(of: &TableName, column: &str) -> Self {
        Self::new("--drop", format!("{}.{}", of.plain(), plain_part(column)))
    }

    /// What fills a column, or stands for it.
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

    /// A table's triggers fire for rows that are filled.
    pub fn fire_triggers(table: &TableName) -> Self {
        Self::new("--fire-triggers", table.plain())
    }

    /// A view, function or trigger is replaced by this.
    pub fn replace(name: &CodeName, sql: &str) -> Self {
        let name = match (&name.table, &name.column) {
            (Some(name), _) => name.plain(),
            (None, Some((of, name))) => format!("{}.{}", of.plain(), plain_part(name)),
            (None, None) => String::new(),
        };
        Self::new("--replace", format!("{name}={sql}"))
    }

    /// A function stays as it is.
    pub fn keep(function: &TableName) -> Self {
        Self::new("--keep", function.plain())
    }

    fn using(table: &TableName, column: &str, expression: &str) -> Self {
        Self::new(
            "--using",
            format!("{}.{}={expression}", table.plain(), plain_part(column)),
        )
    }

    /// A table's policies do not hold for the migration.
    pub fn lift_row_security(table: &TableName) -> Self {
        Self::new("--lift-row-security", table.plain())
    }

    const fn new(name: &'static str, value: String) -> Self {
        Self { name, value }
    }
}

/// As it is typed in a shell.
impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An expression is typed into quotes anyway.
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

/// Everything that was decided, a flag each, in an order of its own.
pub fn flags_of(decisions: &Decisions) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    flags.extend(decisions.tables.iter().map(|(from, to)| Flag::rename_table(from, to)));
    flags.extend(
        decisions
            .columns
            .iter()
            .map(|(table, from, to)| Flag::rename(table, from, to)),
    );
    flags.extend(
        decisions
            .labels
            .iter()
            .map(|(of, from, to)| Flag::rename_label(of, from, to)),
    );
    flags.extend(decisions.types.iter().map(|(from, to)| Flag::rename_type(from, to)));
    flags.extend(
        decisions
            .namespaces
            .iter()
            .map(|(from, to)| Flag::rename_schema(from, to)),
    );
    flags.extend(decisions.dropped_tables.iter().map(Flag::drop_table));
    flags.extend(
        decisions
            .dropped_columns
            .iter()
            .map(|(of, name)| Flag::drop_column(of, name)),
    );
    flags.extend(
        decisions
            .backfills
            .iter()
            .map(|((of, name), text)| Flag::backfill(of, name, text)),
    );
    flags.extend(
        decisions
            .usings
            .iter()
            .map(|((of, name), text)| Flag::using(of, name, text)),
    );
    flags.extend(
        decisions
            .usings_down
            .iter()
            .map(|((of, name), text)| Flag::using_down(of, name, text)),
    );
    flags.extend(decisions.replaced.iter().map(|(name, sql)| Flag::replace(name, sql)));
    flags.extend(decisions.kept.iter().map(Flag::keep));
    flags.extend(decisions.fires.iter().map(Flag::fire_triggers));
    flags.extend(decisions.lifted.iter().map(Flag::lift_row_security));
    flags.sort();
    flags.dedup();
    flags
}

/// Adds a decision that was recorded as a flag.
///
/// # Errors
/// It is no flag of ours, or its value does not read.
pub fn decide(decisions: &mut Decisions, recorded: &str) -> Result<(), String> {
    let (name, value) = recorded.split_once(' ').unwrap_or((recorded, ""));
    match name {
        "--rename" => decisions.columns.push(rename(value)?),
        "--rename-table" => decisions.tables.push(rename_table(value)?),
        "--rename-type" => decisions.types.push(rename_table(value)?),
        "--rename-schema" => decisions.namespaces.push(rename_schema(value)?),
        "--rename-label" => decisions.labels.push(rename(value)?),
        "--drop" => dropped(value)?.decide(decisions),
        "--backfill" => decisions.backfills.extend([assignment(value)?]),
        "--using" => decisions.usings.extend([assignment(value)?]),
        "--using-down" => decisions.usings_down.extend([assignment(value)?]),
        "--replace" => decisions.replaced.extend([replacement(value)?]),
        "--keep" => decisions.kept.extend([table_name(value)?]),
        "--fire-triggers" => decisions.fires.extend([table_name(value)?]),
        "--lift-row-security" => decisions.lifted.extend([table_name(value)?]),
        _ => return Err(format!("{name} is no decision")),
    }
    Ok(())
}

impl Dropped {
    /// Adds it to what was decided.
    pub fn decide(self, decisions: &mut Decisions) {
        decisions.dropped_tables.extend(self.table);
        decisions.dropped_columns.extend(self.column);
    }
}

/// What was said later counts: decisions of before about the same names go.
pub fn overrule(decisions: &mut Decisions, later: Decisions) {
    let gone = |of: &TableName, from: &str| later.dropped_columns.contains(&(of.clone(), from.to_owned()));
    let again = |of: &TableName, from: &str, to: &str, all: &[(TableName, String, String)]| {
        all.iter()
            .any(|(table, old, new)| table == of && (old == from || new == to))
    };
    decisions
        .columns
        .retain(|(of, from, to)| !gone(of, from) && !again(of, from, to, &later.columns));
    decisions
        .labels
        .retain(|(of, from, to)| !gone(of, from) && !again(of, from, to, &later.labels));
    let same = |a: &(TableName, TableName), b: &(TableName, TableName)| a.0 == b.0 || a.1 == b.1;
    decisions
        .tables
        .retain(|old| !later.dropped_tables.contains(&old.0) && !later.tables.iter().any(|new| same(old, new)));
    decisions
        .types
        .retain(|old| !later.dropped_tables.contains(&old.0) && !later.types.iter().any(|new| same(old, new)));
    decisions
        .namespaces
        .retain(|old| !later.namespaces.iter().any(|new| old.0 == new.0 || old.1 == new.1));
    let renamed = |of: &TableName, name: &str| {
        let mut all = later.columns.iter().chain(&later.labels);
        all.any(|(table, from, _)| table == of && from == name)
    };
    decisions.dropped_columns.retain(|(of, name)| !renamed(of, name));
    decisions
        .dropped_tables
        .retain(|name| !later.tables.iter().chain(&later.types).any(|(from, _)| from == name));
    decisions.columns.extend(later.columns);
    decisions.labels.extend(later.labels);
    decisions.tables.extend(later.tables);
    decisions.types.extend(later.types);
    decisions.namespaces.extend(later.namespaces);
    decisions.dropped_columns.extend(later.dropped_columns);
    decisions.dropped_tables.extend(later.dropped_tables);
    decisions.backfills.extend(later.backfills);
    decisions.usings.extend(later.usings);
    decisions.usings_down.extend(later.usings_down);
    decisions.replaced.extend(later.replaced);
    decisions.kept.extend(later.kept);
    decisions.fires.extend(later.fires);
    decisions.lifted.extend(later.lifted);
}

/// Reads `TABLE.OLD:NEW`.
///
/// # Errors
/// It has another form; says which is expected.
pub fn rename(text: &str) -> Result<(TableName, String, String), String> {
    let form = || "expected TABLE.OLD:NEW, such as users.mail:email".to_owned();
    let (names, new) = split(text, ':').ok_or_else(form)?;
    let (of, old) = member(names).ok_or_else(form)?;
    Ok((of, old, last(new).ok_or_else(form)?))
}

/// Reads `OLD:NEW`.
///
/// # Errors
/// It has another form; says which is expected.
pub fn rename_table(text: &str) -> Result<(TableName, TableName), String> {
    let form = || "expected OLD:NEW, such as users:accounts".to_owned();
    let (old, new) = split(text, ':').ok_or_else(form)?;
    let new = parts(new, None).map(|(names, _)| names);
    Ok((table(old).ok_or_else(form)?, new.and_then(table).ok_or_else(form)?))
}

/// Reads the names of two schemas: `OLD:NEW`.
///
/// # Errors
/// It has another form; says which is expected.
pub fn rename_schema(text: &str) -> Result<(String, String), String> {
    let form = || "expected OLD:NEW, such as users:accounts".to_owned();
    let (old, new) = split(text, ':').ok_or_else(form)?;
    match <[String; 1]>::try_from(old) {
        Ok([old]) => Ok((old, last(new).ok_or_else(form)?)),
        Err(_) => Err(form()),
    }
}

/// Reads `TABLE.COLUMN=EXPRESSION`.
///
/// # Errors
/// It has another form; says which is expected.
pub fn assignment(text: &str) -> Result<((TableName, String), String), String> {
    let form = || "expected TABLE.COLUMN=EXPRESSION, such as \"users.email=''\"".to_owned();
    let (names, expression) = split(text, '=').ok_or_else(form)?;
    let place = member(names).ok_or_else(form)?;
    if expression.trim().is_empty() {
        return Err(form());
    }
    Ok((place, expression.to_owned()))
}

/// Reads `TABLE`, `TABLE.COLUMN` or `TYPE.LABEL`.
///
/// # Errors
/// It has another form; says which is expected.
pub fn dropped(text: &str) -> Result<Dropped, String> {
    let form = || "expected TABLE or TABLE.COLUMN, such as users.mail".to_owned();
    let (names, _) = parts(text, None).ok_or_else(form)?;
    let found = Dropped {
        table: table(names.clone()),
        column: member(names),
    };
    if found.table.is_none() && found.column.is_none() {
        return Err(form());
    }
    Ok(found)
}

/// Reads `VIEW=QUERY`, `FUNCTION=STATEMENT` or `TABLE.TRIGGER=STATEMENT`.
///
/// # Errors
/// It has another form; says which is expected.
pub fn replacement(text: &str) -> Result<(CodeName, String), String> {
    let form = || "expected NAME=SQL, such as \"active_users=SELECT id FROM users\"".to_owned();
    let (names, sql) = split(text, '=').ok_or_else(form)?;
    let name = CodeName {
        table: table(names.clone()),
        column: member(names),
    };
    if sql.trim().is_empty() || (name.table.is_none() && name.column.is_none()) {
        return Err(form());
    }
    Ok((name, sql.to_owned()))
}

/// Reads `TABLE`.
///
/// # Errors
/// It has another form; says which is expected.
pub fn table_name(text: &str) -> Result<TableName, String> {
    let found = parts(text, None).and_then(|(names, _)| table(names));
    found.ok_or_else(|| "expected TABLE, such as users".to_owned())
}

fn table(names: Vec<String>) -> Option<TableName> {
    match <[String; 2]>::try_from(names) {
        Ok([schema, name]) => Some(TableName::new(schema, name)),
        Err(names) => <[String; 1]>::try_from(names)
            .ok()
            .map(|[name]| TableName::public(name)),
    }
}

fn member(mut names: Vec<String>) -> Option<(TableName, String)> {
    let last = names.pop()?;
    Some((table(names)?, last))
}

/// One name to the end: bare, it may hold any of the signs.
fn last(text: &str) -> Option<String> {
    match parts(text, None) {
        Some((mut names, _)) if names.len() == 1 => names.pop(),
        _ => (!text.is_empty() && !text.starts_with('"')).then(|| text.to_owned()),
    }
}

/// The names before a sign, and the text after it.
fn split(text: &str, sign: char) -> Option<(Vec<String>, &str)> {
    let (names, rest) = parts(text, Some(sign))?;
    Some((names, rest.strip_prefix(sign)?))
}

/// Names with dots between them, and what is left from the sign on.
fn parts(text: &str, sign: Option<char>) -> Option<(Vec<String>, &str)> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let name;
        if let Some(mut quoted) = rest.strip_prefix('"') {
            let mut text = String::new();
            loop {
                let (before, after) = quoted.split_once('"')?;
                text.push_str(before);
                match after.strip_prefix('"') {
                    Some(more) => {
                        text.push('"');
                        quoted = more;
                    }
                    None => {
                        rest = after;
                        break;
                    }
                }
            }
            name = text;
        } else {
            let end = rest.find(|c| c == '.' || Some(c) == sign).unwrap_or(rest.len());
            let (bare, after) = rest.split_at(end);
            if bare.is_empty() {
                return None;
            }
            name = bare.to_owned();
            rest = after;
        }
        names.push(name);
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() || sign.is_some_and(|sign| rest.starts_with(sign)) => return Some((names, rest)),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

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
            decisions.labels.push((of.clone(), to.clone(), from.clone()));
            decisions.tables.push((of.clone(), TableName::public(to.clone())));
            decisions.types.push((TableName::public(to.clone()), of.clone()));
            decisions.namespaces.push((from.clone(), to.clone()));
            decisions.backfills.insert((of.clone(), from.clone()), expression.clone());
            decisions.usings.insert((of.clone(), to.clone()), expression.clone());
            decisions.usings_down.insert((of.clone(), from.clone()), expression);
            decisions.lifted.insert(of.clone());
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
