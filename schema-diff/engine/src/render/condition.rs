//! The SQL of conditions on existing rows.

use super::{
    conversion::{conversion, date_utc},
    data_type, ident,
};
use crate::{
    model::{DataType, ForeignKey, Match, TableName, quote_literal},
    statement::{Condition, Key, RowTest},
};

/// Renders a condition as an SQL expression.
pub fn expression(condition: &Condition) -> String {
    match condition {
        Condition::Rows {
            table,
            test: RowTest::Any,
        } => format!("EXISTS (SELECT 1 FROM {table})"),
        Condition::Rows {
            table,
            test: RowTest::DuplicateKeys(column),
        } => duplicate_keys(table, &ident(column)),
        Condition::Rows { table, test } => format!("EXISTS (SELECT 1 FROM {table} WHERE {})", row_test(test)),
        Condition::SeveralRows(table) => format!("(SELECT count(*) FROM {table}) > 1"),
        Condition::Duplicates {
            table,
            keys,
            predicate,
            nulls_too,
        } => duplicates(table, keys, predicate.as_deref(), *nulls_too),
        Condition::Orphans {
            table,
            key,
            columns,
            references,
            referenced_columns,
        } => {
            let orphans = orphans(key, columns, references, referenced_columns);
            format!("EXISTS (SELECT 1 FROM {table} child WHERE {orphans})")
        }
        Condition::RowSecurityActive(table) => {
            format!("pg_catalog.row_security_active({})", quote_literal(&table.to_string()))
        }
    }
}

fn row_test(test: &RowTest) -> String {
    match test {
        RowTest::Any | RowTest::DuplicateKeys(_) => "true".to_owned(),
        RowTest::Null(column) => format!("{} IS NULL", ident(column)),
        RowTest::NotNull(columns) => {
            let set: Vec<String> = columns
                .iter()
                .map(|name| format!("{} IS NOT NULL", ident(name)))
                .collect();
            set.join(" AND ")
        }
        RowTest::NotZeroOrOne(column) => format!("{} NOT IN (0, 1)", ident(column)),
        RowTest::NoMidnight(column) => {
            let column = ident(column);
            let date = date_utc(&column);
            format!("{column} IS DISTINCT FROM {date}::timestamp AT TIME ZONE 'UTC'")
        }
        RowTest::LeadingZero(column) => format!("{}::text ~ '^\\s*[-+]?0[0-9]'", ident(column)),
        RowTest::NotOneElement(column) => {
            let column = ident(column);
            format!("cardinality({column}) <> 1 OR array_ndims({column}) <> 1")
        }
        RowTest::ChangedByCast { column, to, back } => changed_by_cast(&ident(column), to, back.as_ref()),
        RowTest::Label { column, labels, array } => {
            let (column, labels) = (ident(column), label_list(labels));
            if *array {
                format!("{column}::text[] && ARRAY[{labels}]")
            } else {
                format!("{column}::text IN ({labels})")
            }
        }
        RowTest::Breaks(check) => format!("NOT ({check})"),
    }
}

fn label_list(labels: &[String]) -> String {
    let labels: Vec<String> = labels.iter().map(|label| quote_literal(label)).collect();
    labels.join(", ")
}

/// Renders a test whether a cast and a cast back change a value; without a cast back, it compares the texts.
fn changed_by_cast(column: &str, to: &DataType, back: Option<&DataType>) -> String {
    let to = data_type(to);
    match back {
        Some(back) => format!("{column} IS DISTINCT FROM {column}::{to}::{}", data_type(back)),
        None => format!("{column}::text IS DISTINCT FROM {column}::{to}::text"),
    }
}

/// Renders a test whether a JSON object, at any depth, has duplicate keys.
fn duplicate_keys(table: &TableName, column: &str) -> String {
    format!(
        "EXISTS (\n        WITH RECURSIVE node(value) AS (\n            SELECT {column} FROM {table} WHERE {column} IS NOT NULL\n            UNION ALL\n            SELECT child.value FROM node CROSS JOIN LATERAL (\n                SELECT value FROM json_each(CASE WHEN json_typeof(node.value) = 'object' THEN node.value ELSE '{{}}' END)\n                UNION ALL\n                SELECT value FROM json_array_elements(CASE WHEN json_typeof(node.value) = 'array' THEN node.value ELSE '[]' END)\n            ) child\n        )\n        SELECT 1 FROM node WHERE json_typeof(value) = 'object'\n            AND (SELECT count(*) > count(DISTINCT key) FROM json_object_keys(value) key)\n    )"
    )
}

fn duplicates(table: &TableName, keys: &[Key], predicate: Option<&str>, nulls_too: bool) -> String {
    let keys: Vec<String> = keys.iter().map(key).collect();
    let not_null = keys.iter().map(|key| format!("{key} IS NOT NULL"));
    let rows: Vec<String> = predicate
        .map(|text| format!("({text})"))
        .into_iter()
        .chain(not_null.filter(|_| !nulls_too))
        .collect();
    let rows = if rows.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", rows.join(" AND "))
    };
    format!(
        "EXISTS (SELECT 1 FROM {table}{rows} GROUP BY {} HAVING count(*) > 1)",
        keys.join(", ")
    )
}

fn key(key: &Key) -> String {
    match key {
        Key::Column(name) => ident(name),
        Key::Expression(text) => text.clone(),
        Key::Converted {
            column,
            conversion: by,
            data_type: to,
        } => {
            let value = by
                .as_ref()
                .map_or_else(|| ident(column), |by| conversion(column, to, by));
            let cast = format!("::{}", data_type(to));
            if value.ends_with(&cast) {
                value
            } else {
                format!("({value}){cast}")
            }
        }
    }
}

/// Renders the condition of rows (of `child`) that refer to no row of the referenced table.
///
/// With `MATCH FULL`, rows whose key is partly NULL are included.
pub fn orphans(key: &ForeignKey, columns: &[String], references: &TableName, referenced_columns: &[String]) -> String {
    let own: Vec<String> = columns.iter().map(|name| format!("child.{}", ident(name))).collect();
    let set: Vec<String> = own.iter().map(|name| format!("{name} IS NOT NULL")).collect();
    let same: Vec<String> = own
        .iter()
        .zip(referenced_columns)
        .map(|(own, other)| format!("parent.{} = {own}", ident(other)))
        .collect();
    let orphans = format!(
        "{} AND NOT EXISTS (SELECT 1 FROM {references} parent WHERE {})",
        set.join(" AND "),
        same.join(" AND ")
    );
    match key.matching {
        Match::Full if own.len() > 1 => {
            let most = own.len() - 1;
            format!("({orphans}) OR num_nulls({}) BETWEEN 1 AND {most}", own.join(", "))
        }
        _ => orphans,
    }
}
