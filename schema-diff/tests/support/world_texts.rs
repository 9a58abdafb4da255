//! A random schema as texts: SQL with its rows, `schema.rs`, Rust enums, and facts to compare a database with.

use std::{collections::BTreeSet, fmt::Write as _};

use schema_diff_engine::model::{TableName, quote_ident, quote_literal};

use super::{COLUMNS, ENUMS, KINDS, Made, TABLES, Type, World, name, sql_type};

impl World {
    /// The schema with its rows, as SQL.
    pub fn sql(&self) -> String {
        let mut sql = String::from("CREATE SCHEMA \"App\";\n");
        for (at, (schema, name)) in ENUMS.iter().enumerate() {
            let labels: Vec<String> = self.labels(at).into_iter().map(quote_literal).collect();
            let _ = writeln!(
                sql,
                "CREATE TYPE {} AS ENUM ({});",
                TableName::new(*schema, *name).qualified(),
                labels.join(", ")
            );
        }
        let (mut rows, mut keys) = (String::new(), String::new());
        for at in (0..TABLES.len()).filter(|at| self.has(*at)) {
            let table = name(at);
            let columns = self.columns(at);
            let mut lines = Vec::new();
            for column in &columns {
                let mut line = format!("{} {}", quote_ident(column.name), sql_type(column));
                if column.default {
                    let _ = write!(line, " DEFAULT {}", self.default(column));
                }
                if !column.nullable {
                    line.push_str(" NOT NULL");
                }
                if column.unique {
                    line.push_str(" UNIQUE");
                }
                if let Some(parent) = column.parent {
                    let _ = writeln!(
                        keys,
                        "ALTER TABLE {table} ADD FOREIGN KEY ({}) REFERENCES {};",
                        quote_ident(column.name),
                        name(parent)
                    );
                }
                lines.push(line);
            }
            let key = self.key(at).into_iter().map(quote_ident).collect::<Vec<_>>().join(", ");
            lines.push(format!("PRIMARY KEY ({key})"));
            let _ = writeln!(sql, "CREATE TABLE {table} ({});", lines.join(", "));
            if self.tables[at].view {
                let _ = writeln!(
                    sql,
                    "CREATE VIEW {} AS SELECT * FROM {table}; GRANT SELECT ON {0} TO PUBLIC;",
                    TableName::public(format!("view {at}"))
                );
            }
            for row in 0..self.tables[at].rows.min(2) {
                let values: Vec<String> = columns.iter().map(|column| self.cell(column, row)).collect();
                let _ = writeln!(rows, "INSERT INTO {table} VALUES ({});", values.join(", "));
            }
        }
        sql + &rows + &keys
    }

    /// A value of a row: keys and unique ones differ from row to row, the others as the slot has it.
    fn cell(&self, column: &Made, row: usize) -> String {
        if let Some(parent) = column.parent {
            let exists = row < self.tables[parent].rows.min(2);
            return match (exists, column.nullable) {
                (true, _) => KINDS[self.tables[parent].key].values[row].to_owned(),
                (false, true) => "NULL".to_owned(),
                (false, false) => KINDS[self.tables[parent].key].values[0].to_owned(),
            };
        }
        match column.filled {
            0 if column.nullable => "NULL".to_owned(),
            1 if !column.unique => self.value(column, 0),
            _ => self.value(column, row),
        }
    }

    /// The schema as `schema.rs`.
    pub fn schema_rs(&self) -> String {
        let mut text = String::from("pub mod sql_types {\n");
        for (at, (schema, name)) in ENUMS.iter().enumerate() {
            let _ = writeln!(
                text,
                "    #[derive(diesel::sql_types::SqlType)]\n    #[diesel(postgres_type(name = {name:?}, schema = {schema:?}))]\n    pub struct E{at};"
            );
        }
        text.push_str("}\n");
        for at in (0..TABLES.len()).filter(|at| self.has(*at)) {
            let (schema, sql_name) = TABLES[at];
            let prefix = if schema == "public" {
                String::new()
            } else {
                format!("{schema}.")
            };
            let rust = |column: &str| format!("c{}", COLUMNS.iter().position(|own| *own == column).unwrap_or(0));
            let key: Vec<String> = self.key(at).into_iter().map(rust).collect();
            let _ = writeln!(
                text,
                "diesel::table! {{\n    use diesel::sql_types::*;\n    use super::sql_types::*;\n    #[sql_name = {sql_name:?}]\n    {prefix}t{at} ({}) {{",
                key.join(", ")
            );
            for column in self.columns(at) {
                let _ = writeln!(text, "        #[sql_name = {:?}]", column.name);
                let mut rust_type = match column.data_type {
                    Type::Enum(of) => format!("E{of}"),
                    Type::Plain(kind) => {
                        if let Some(length) = KINDS[kind].length {
                            let _ = writeln!(text, "        #[max_length = {length}]");
                        }
                        KINDS[kind].rust.to_owned()
                    }
                };
                if column.default {
                    let _ = writeln!(text, "        #[schema_diff::default({:?})]", self.default(&column));
                }
                if column.unique {
                    text.push_str("        #[schema_diff::unique]\n");
                }
                if let Some(parent) = column.parent {
                    let _ = writeln!(text, "        #[schema_diff::references(t{parent}(c0))]");
                }
                if column.array {
                    rust_type = format!("Array<Nullable<{rust_type}>>");
                }
                if column.nullable {
                    rust_type = format!("Nullable<{rust_type}>");
                }
                let _ = writeln!(text, "        {} -> {rust_type},", rust(column.name));
            }
            text.push_str("    }\n}\n");
        }
        text
    }

    /// The enums as Rust enums.
    pub fn models_rs(&self) -> String {
        let mut text = String::new();
        for at in 0..ENUMS.len() {
            let _ = writeln!(
                text,
                "#[derive(diesel_derive_enum::DbEnum)]\n#[db_enum(existing_type_path = \"crate::schema::sql_types::E{at}\")]\npub enum M{at} {{"
            );
            for (number, label) in self.labels(at).into_iter().enumerate() {
                let _ = writeln!(text, "    #[db_enum(rename = {label:?})]\n    V{number},");
            }
            text.push_str("}\n");
        }
        text
    }

    /// What a database with this schema has to say of its tables, in the words of [`FACTS`].
    pub fn facts(&self) -> BTreeSet<String> {
        let mut facts = BTreeSet::new();
        for at in (0..TABLES.len()).filter(|at| self.has(*at)) {
            let table = name(at).qualified();
            facts.insert(format!("table {table}"));
            for column in self.columns(at) {
                let own = quote_ident(column.name);
                let null = if column.nullable { "" } else { " not null" };
                facts.insert(format!("column {table}.{own} {}{null}", sql_type(&column)));
                if column.unique {
                    facts.insert(format!("unique {table} {own}"));
                }
                if let Some(parent) = column.parent {
                    facts.insert(format!("reference {table} {own} to {}", name(parent).qualified()));
                }
            }
            let key: Vec<String> = self.key(at).into_iter().map(quote_ident).collect();
            facts.insert(format!("key {table} {}", key.join(",")));
        }
        for (at, (schema, name)) in ENUMS.iter().enumerate().filter(|(at, _)| self.is_used(*at)) {
            let mut labels: Vec<String> = self.labels(at).into_iter().map(quote_literal).collect();
            labels.sort();
            facts.insert(format!(
                "enum {} {}",
                TableName::new(*schema, *name).qualified(),
                labels.join(",")
            ));
        }
        facts
    }
}

/// The facts of [`World::facts`] as a database has them; its `search_path` must be empty.
pub const FACTS: &str = "
SELECT 'table ' || c.oid::regclass FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('public', '\"App\"')
UNION ALL
SELECT format('column %s.%I %s%s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text IN ('public', '\"App\"')
UNION ALL
SELECT CASE k.contype WHEN 'p' THEN 'key' WHEN 'u' THEN 'unique' ELSE 'reference' END || ' ' || k.conrelid::regclass || ' '
  || (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY u(n, o)
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n)
  || CASE WHEN k.contype = 'f' THEN ' to ' || k.confrelid::regclass ELSE '' END
FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'f') AND k.connamespace::regnamespace::text IN ('public', '\"App\"')
UNION ALL
SELECT format('enum %s %s', t.oid::regtype, (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY quote_literal(e.enumlabel) COLLATE \"C\") FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t WHERE t.typtype = 'e'";
