//! The statements of the program that is running: what Diesel sends for the tables as they were before the migrations.
//! Pure.

use crate::{
    compatibility::diesel_sql,
    model::{Column, Table, TableName, quote_ident},
};

/// What a statement of the program does with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Reads it by its primary key.
    Select,
    /// Inserts it, and reads all columns back.
    Insert,
    /// Writes all columns that are not part of the primary key, with the values that they have: any other value might violate a
    /// constraint, an existing one or a new one.
    Update,
    /// Deletes one that the same client has inserted.
    Delete,
}

impl Operation {
    /// Returns its word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// A statement of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProgramStatement {
    pub table: TableName,
    pub operation: Operation,
    pub sql: String,
    /// The columns whose values are the parameters, in order.
    pub parameters: Vec<String>,
}

/// Returns the statements for a table; without a primary key, only those that insert a row and read any. Inserted rows have
/// values for the columns of `given`.
pub(super) fn statements(table: &Table, given: &dyn Fn(&str) -> bool) -> Vec<ProgramStatement> {
    let name = diesel_sql::table(&table.name);
    let key: Vec<String> = table.primary_key_columns().to_vec();
    let listed = diesel_sql::selected(&table.name, table.columns.iter().map(|own| own.name.as_str()));
    let statement = |operation, sql: String, parameters: Vec<String>| ProgramStatement {
        table: table.name.clone(),
        operation,
        sql,
        parameters,
    };
    let inserted: Vec<String> = table
        .columns
        .iter()
        .filter(|own| is_inserted(own) && given(&own.name))
        .map(|own| own.name.clone())
        .collect();
    let insert = match inserted.is_empty() {
        true => format!("INSERT INTO {name} DEFAULT VALUES RETURNING {listed}"),
        false => format!(
            "INSERT INTO {name} ({}) VALUES ({}) RETURNING {listed}",
            diesel_sql::named(inserted.iter().map(String::as_str)),
            diesel_sql::list((1..=inserted.len()).map(|at| format!("${at}")))
        ),
    };
    let mut found = vec![statement(Operation::Insert, insert, inserted)];
    if key.is_empty() {
        let sql = format!("SELECT {listed} FROM {name} LIMIT 1");
        found.push(statement(Operation::Select, sql, Vec::new()));
        return found;
    }
    let by_key = |first: usize| diesel_sql::equal(&table.name, parameters(&key, first));
    let sql = format!("SELECT {listed} FROM {name} WHERE {}", by_key(1));
    found.push(statement(Operation::Select, sql, key.clone()));
    let sql = format!("DELETE FROM {name} WHERE {}", by_key(1));
    found.push(statement(Operation::Delete, sql, key.clone()));
    let changed = table
        .columns
        .iter()
        .filter(|own| !key.contains(&own.name) && is_written(own));
    let changed: Vec<String> = changed.map(|own| own.name.clone()).collect();
    if !changed.is_empty() {
        let sql = format!(
            "UPDATE {name} SET {} WHERE {}",
            diesel_sql::assigned(parameters(&changed, 1)),
            by_key(changed.len() + 1)
        );
        found.push(statement(Operation::Update, sql, [changed, key].concat()));
    }
    found
}

/// Returns columns with their parameters, from a number on.
fn parameters(columns: &[String], first: usize) -> impl Iterator<Item = (&str, String)> {
    let numbered = columns.iter().zip(first..);
    numbered.map(|(column, at)| (column.as_str(), format!("${at}")))
}

/// Returns whether an inserted row has a value for the column; a numbered one gets its value from its sequence.
fn is_inserted(column: &Column) -> bool {
    column.generated.is_none() && column.identity.is_none() && column.sequence.is_none()
}

/// Returns whether an update may give the column a value.
fn is_written(column: &Column) -> bool {
    column.generated.is_none() && !column.identity.as_ref().is_some_and(|own| own.always)
}

/// Returns a query for some existing rows, with all columns.
pub(super) fn sample(table: &Table, rows: u64, wanted: u64) -> String {
    let columns: Vec<String> = table.columns.iter().map(|own| quote_ident(&own.name)).collect();
    let percent = match rows {
        0..=10_000 => 100.0,
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        _ => (wanted as f64 * 300.0 / rows as f64).min(100.0),
    };
    format!(
        "SELECT {} FROM {} TABLESAMPLE BERNOULLI ({percent}) LIMIT {wanted}",
        columns.join(", "),
        table.name.qualified()
    )
}

#[cfg(test)]
mod tests {
    use diesel::{ExpressionMethods as _, QueryDsl as _, debug_query, pg::Pg};

    use super::*;
    use crate::model::{Constraint, ConstraintKind, DataType};

    diesel::table! {
        #[sql_name = "order"]
        orders (id, line) {
            id -> Int4,
            #[sql_name = "line no"]
            line -> Int8,
            #[sql_name = "say \"x\""]
            said -> Nullable<Text>,
        }
    }

    /// Returns the SQL of a query of Diesel's, without the values.
    fn sql(query: &impl std::fmt::Display) -> String {
        let text = query.to_string();
        text.split(" -- binds").next().unwrap_or_default().trim().to_owned()
    }

    #[test]
    fn the_statements_are_those_of_diesel() {
        let mut table = Table::new(TableName::public("order"));
        table.columns = vec![
            Column::new("id", DataType::builtin("int4"), false),
            Column::new("line no", DataType::builtin("int8"), false),
            Column::new("say \"x\"", DataType::builtin("text"), true),
        ];
        let key = vec!["id".to_owned(), "line no".to_owned()];
        let kind = ConstraintKind::PrimaryKey {
            columns: key.clone(),
            include: Vec::new(),
        };
        let constraint = Constraint::new("order_pkey", kind);
        table.constraints = [(constraint.name.clone(), constraint)].into_iter().collect();
        let found = statements(&table, &|_| true);
        let found: Vec<String> = found.into_iter().map(|own| own.sql).collect();
        let row = (orders::id.eq(1), orders::line.eq(2_i64), orders::said.eq("x"));
        let insert = diesel::insert_into(orders::table)
            .values(row)
            .returning(orders::all_columns);
        let update = diesel::update(orders::table.find((1, 2_i64))).set(orders::said.eq("y"));
        let expected = [
            sql(&debug_query::<Pg, _>(&insert)),
            sql(&debug_query::<Pg, _>(&orders::table.find((1, 2_i64)))),
            sql(&debug_query::<Pg, _>(&diesel::delete(orders::table.find((1, 2_i64))))),
            sql(&debug_query::<Pg, _>(&update)),
        ];
        assert_eq!(found, expected);
    }
}
