//! Parses the values of options.

use crate::{
    matching::{CodeName, Decisions},
    model::{
        QualifiedName, TableName, TypeName,
        path::{last, member, parts, split, table},
    },
};

/// The value of `--drop`: `a.b` may be a table of the schema `a`, or a column of the table `a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The table or type that it may name.
    pub table: Option<QualifiedName>,
    /// The column of a table, or the label of an enum type, that it may name.
    pub column: Option<(QualifiedName, String)>,
}

impl Dropped {
    /// Adds it to the decisions.
    pub fn decide(self, decisions: &mut Decisions) {
        decisions.dropped_tables.extend(self.table);
        decisions.dropped_columns.extend(self.column);
    }
}

/// Parses `TABLE.OLD:NEW`.
///
/// # Errors
/// The text has another form. The message names the expected one.
pub fn rename(text: &str) -> Result<(TableName, String, String), String> {
    let form = || "expected TABLE.OLD:NEW, such as users.mail:email".to_owned();
    let (names, new) = split(text, ':').ok_or_else(form)?;
    let (of, old) = member(names).ok_or_else(form)?;
    Ok((of, old, last(new).ok_or_else(form)?))
}

/// Parses `TYPE.OLD:NEW`.
///
/// # Errors
/// As [`rename`].
pub fn rename_label(text: &str) -> Result<(TypeName, String, String), String> {
    rename(text).map(|(of, old, new)| (of.into(), old, new))
}

/// Parses the names of two types: `OLD:NEW`.
///
/// # Errors
/// As [`rename_table`].
pub fn rename_type(text: &str) -> Result<(TypeName, TypeName), String> {
    rename_table(text).map(|(old, new)| (old.into(), new.into()))
}

/// Parses the names of two tables: `OLD:NEW`.
///
/// # Errors
/// The text has another form. The message names the expected one.
pub fn rename_table(text: &str) -> Result<(TableName, TableName), String> {
    let form = || "expected OLD:NEW, such as users:accounts".to_owned();
    let (old, new) = split(text, ':').ok_or_else(form)?;
    let new = parts(new, None).map(|(names, _)| names);
    Ok((table(old).ok_or_else(form)?, new.and_then(table).ok_or_else(form)?))
}

/// Parses the names of two schemas: `OLD:NEW`.
///
/// # Errors
/// The text has another form. The message names the expected one.
pub fn rename_schema(text: &str) -> Result<(String, String), String> {
    let form = || "expected OLD:NEW, such as users:accounts".to_owned();
    let (old, new) = split(text, ':').ok_or_else(form)?;
    match <[String; 1]>::try_from(old) {
        Ok([old]) => Ok((old, last(new).ok_or_else(form)?)),
        Err(_) => Err(form()),
    }
}

/// Parses `TABLE.COLUMN=EXPRESSION`.
///
/// # Errors
/// The text has another form. The message names the expected one.
pub fn assignment(text: &str) -> Result<((TableName, String), String), String> {
    let form = || "expected TABLE.COLUMN=EXPRESSION, such as \"users.email=''\"".to_owned();
    let (names, expression) = split(text, '=').ok_or_else(form)?;
    let place = member(names).ok_or_else(form)?;
    if expression.trim().is_empty() {
        return Err(form());
    }
    Ok((place, expression.to_owned()))
}

/// Parses `TABLE`, `TABLE.COLUMN` or `TYPE.LABEL`.
///
/// # Errors
/// The text has another form. The message names the expected one.
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

/// Parses `VIEW=QUERY`, `FUNCTION=STATEMENT` or `TABLE.TRIGGER=STATEMENT`.
///
/// # Errors
/// The text has another form. The message names the expected one.
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

/// Parses `TABLE`.
///
/// # Errors
/// The text has another form. The message names the expected one.
pub fn table_name(text: &str) -> Result<TableName, String> {
    let found = parts(text, None).and_then(|(names, _)| table(names));
    found.ok_or_else(|| "expected TABLE, such as users".to_owned())
}
