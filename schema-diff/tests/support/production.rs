//! A database as production has it: owners, grants, row security, triggers that read other tables, deferrable keys, partitions,
//! inheritance, domains, statistics, publications. As SQL with rows, and as the `schema.rs` of the application on it.
#![allow(dead_code, reason = "each test binary uses a part of this")]

use std::fmt::Write as _;

use super::dirt::DIRT;

/// A column's type. The same values, as text, fit every type that [`Type::conversions`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Int4,
    Int8,
    Numeric,
    /// A `numeric(precision,scale)`.
    Decimal(u8, u8),
    Float8,
    Varchar(u32),
    Char(u32),
    Text,
    Texts,
    Bool,
    Date,
    Timestamp,
    Timestamptz,
    Jsonb,
    Json,
    Uuid,
    Interval,
    Int4Range,
    /// An array of an enum type.
    Enums(usize),
    /// An enum type, by its index.
    Enum(usize),
    /// `amount`, a domain over `numeric(12,2)`.
    Amount,
}

impl Type {
    pub fn sql(&self, enums: &[Enum]) -> String {
        match self {
            Self::Int4 => "integer".into(),
            Self::Int8 => "bigint".into(),
            Self::Numeric => "numeric".into(),
            Self::Decimal(precision, scale) => format!("numeric({precision},{scale})"),
            Self::Float8 => "double precision".into(),
            Self::Json => "json".into(),
            Self::Uuid => "uuid".into(),
            Self::Interval => "interval".into(),
            Self::Int4Range => "int4range".into(),
            Self::Enums(of) => format!("{}[]", enums[*of].name),
            Self::Char(length) => format!("character({length})"),
            Self::Varchar(length) => format!("character varying({length})"),
            Self::Text => "text".into(),
            Self::Texts => "text[]".into(),
            Self::Bool => "boolean".into(),
            Self::Date => "date".into(),
            Self::Timestamp => "timestamp without time zone".into(),
            Self::Timestamptz => "timestamp with time zone".into(),
            Self::Jsonb => "jsonb".into(),
            Self::Enum(of) => enums[*of].name.clone(),
            Self::Amount => "amount".into(),
        }
    }

    fn rust(&self, enums: &[Enum]) -> String {
        match self {
            Self::Int4 => "Int4".into(),
            Self::Int8 => "Int8".into(),
            Self::Numeric | Self::Decimal(..) | Self::Amount => "Numeric".into(),
            Self::Float8 => "Float8".into(),
            Self::Json => "Json".into(),
            Self::Uuid => "Uuid".into(),
            Self::Interval => "Interval".into(),
            Self::Int4Range => "Int4range".into(),
            Self::Enums(of) => format!("Array<Nullable<crate::schema::sql_types::{}>>", enums[*of].rust),
            Self::Char(_) => "Bpchar".into(),
            Self::Varchar(_) => "Varchar".into(),
            Self::Text => "Text".into(),
            Self::Texts => "Array<Nullable<Text>>".into(),
            Self::Bool => "Bool".into(),
            Self::Date => "Date".into(),
            Self::Timestamp => "Timestamp".into(),
            Self::Timestamptz => "Timestamptz".into(),
            Self::Jsonb => "Jsonb".into(),
            Self::Enum(of) => format!("crate::schema::sql_types::{}", enums[*of].rust),
        }
    }

    /// Types to which every value converts, and from which it comes back.
    pub fn conversions(&self) -> Vec<Self> {
        match self {
            Self::Int4 => vec![Self::Int8, Self::Numeric, Self::Text],
            Self::Int8 => vec![Self::Numeric, Self::Int4],
            Self::Numeric => vec![Self::Decimal(14, 4)],
            Self::Decimal(..) => vec![Self::Decimal(16, 5)],
            Self::Uuid => vec![Self::Text],
            Self::Json => vec![Self::Text],
            Self::Jsonb => vec![Self::Json],
            Self::Enum(_) => vec![Self::Text],
            Self::Bool => vec![Self::Text],
            Self::Char(length) => vec![Self::Char(length + 5), Self::Text],
            Self::Varchar(length) => vec![Self::Varchar(length + 24), Self::Text],
            Self::Text => vec![Self::Varchar(200), Self::Texts],
            Self::Date => vec![Self::Timestamp],
            Self::Timestamp => vec![Self::Timestamptz],
            Self::Timestamptz => vec![Self::Timestamp],
            _ => Vec::new(),
        }
    }

    /// A constant of the type, with its type.
    pub fn typed_value(&self, row: usize, enums: &[Enum]) -> String {
        format!("{}::{}", self.value(row, enums), self.sql(enums))
    }

    /// A constant of the type; another one for each row.
    pub fn value(&self, row: usize, enums: &[Enum]) -> String {
        match self {
            Self::Int4 | Self::Int8 => format!("{}", row * 7),
            Self::Numeric | Self::Decimal(..) | Self::Amount | Self::Float8 => format!("{row}.25"),
            Self::Uuid => format!("'00000000-0000-4000-8000-{row:012}'"),
            Self::Interval => format!("'{row} days'"),
            Self::Int4Range => format!("'[{},{})'", row * 10, row * 10 + 5),
            Self::Enums(of) => format!("'{{{}}}'", enums[*of].labels[row % enums[*of].labels.len()]),
            Self::Char(length) => format!("'{}'", "abc"[..2.min(*length as usize)].to_owned()),
            Self::Varchar(_) | Self::Text => format!("'text {row}'"),
            Self::Texts => format!("'{{text,\"{row} {{\"}}'"),
            Self::Bool => format!("{}", row.is_multiple_of(2)),
            Self::Date => format!("'2026-03-{:02}'", row % 28 + 1),
            Self::Timestamp => format!("'2026-03-{:02} 10:00:00'", row % 28 + 1),
            Self::Timestamptz => format!("'2026-03-{:02} 10:00:00+00'", row % 28 + 1),
            Self::Jsonb | Self::Json => format!("'{{\"row\": {row}}}'"),
            Self::Enum(of) => format!("'{}'", enums[*of].labels[row % enums[*of].labels.len()]),
        }
    }
}

/// An enum type.
#[derive(Clone, Debug)]
pub struct Enum {
    pub name: String,
    pub rust: String,
    /// Labels that no row has, before the others.
    pub first: Vec<String>,
    /// Labels that rows have.
    pub labels: Vec<String>,
    /// Labels that no row has, after the others.
    pub unused: Vec<String>,
    /// No column is of it any more, and with the last one it was dropped.
    pub dropped: bool,
}

impl Enum {
    /// Its labels in their order.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.first.iter().chain(&self.labels).chain(&self.unused)
    }
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub data_type: Type,
    pub nullable: bool,
    /// What follows the type in `CREATE TABLE`.
    pub clause: &'static str,
    /// Attributes in `schema.rs`.
    pub attributes: Vec<String>,
    /// Filled by the database: no statement names it.
    pub filled: bool,
    /// A key, or what a partition key or a generated column reads: no edit changes it.
    pub fixed: bool,
    /// A key or an expression of the table has it: it is not dropped, and its type stays.
    pub used: bool,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    pub schema: &'static str,
    pub name: String,
    pub columns: Vec<Column>,
    pub key: String,
    /// Attributes in `schema.rs`.
    pub attributes: Vec<String>,
    /// What follows the columns in `CREATE TABLE`.
    pub tail: &'static str,
    /// It was there from the beginning, with code that names it: it is not dropped.
    pub established: bool,
    pub has_rows: bool,
}

impl Table {
    /// Its name as the application's statements have it.
    pub fn path(&self) -> String {
        match self.schema {
            "public" => self.name.clone(),
            schema => format!("{schema}.{}", self.name),
        }
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The database, and the application's view of it.
#[derive(Clone, Debug)]
pub struct Production {
    pub tables: Vec<Table>,
    pub enums: Vec<Enum>,
    /// Numbers the names that edits give.
    pub next: usize,
}

fn column(name: &str, data_type: Type, nullable: bool, clause: &'static str) -> Column {
    Column {
        name: name.into(),
        data_type,
        nullable,
        clause,
        attributes: Vec::new(),
        filled: false,
        fixed: false,
        used: false,
    }
}

/// A column with nothing to it.
pub fn plain(name: &str, data_type: Type, nullable: bool) -> Column {
    column(name, data_type, nullable, "")
}

fn key(data_type: Type, clause: &'static str) -> Column {
    Column {
        filled: !clause.is_empty(),
        fixed: true,
        ..column("id", data_type, false, clause)
    }
}

fn fixed(column: Column) -> Column {
    Column { fixed: true, ..column }
}

fn filled(column: Column) -> Column {
    Column { filled: true, ..column }
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    Table {
        schema: "public",
        name: name.into(),
        columns,
        key: "id".into(),
        attributes: Vec::new(),
        tail: "",
        established: true,
        has_rows: true,
    }
}

impl Production {
    /// The application's tables.
    pub fn new() -> Self {
        use Type::{
            Amount, Bool, Char, Date, Decimal, Enum as E, Enums, Float8, Int4, Int4Range, Int8, Interval, Json, Jsonb,
            Text, Texts, Timestamp, Timestamptz, Uuid, Varchar,
        };
        let accounts = table(
            "accounts",
            vec![
                key(Int4, "GENERATED BY DEFAULT AS IDENTITY"),
                column("email", Varchar(80), false, "NOT NULL UNIQUE"),
                column("full_name", Text, true, ""),
                column("age", Int4, true, ""),
                column("status", E(0), false, "NOT NULL DEFAULT 'fresh'"),
                column("credit", Amount, true, ""),
                column("joined", Date, true, ""),
                column("rating", Float8, true, ""),
                column("settings", Json, true, ""),
                column(
                    "nickname",
                    Varchar(40),
                    false,
                    "NOT NULL DEFAULT 'nobody' CHECK (length(nickname) > 2)",
                ),
                filled(column("updated_at", Timestamp, false, "NOT NULL DEFAULT '2026-01-01'")),
            ],
        );
        let posts = table(
            "posts",
            vec![
                key(Int8, "GENERATED ALWAYS AS IDENTITY"),
                fixed(column(
                    "account_id",
                    Int4,
                    true,
                    "REFERENCES accounts DEFERRABLE INITIALLY DEFERRED",
                )),
                fixed(column("title", Varchar(60), false, "NOT NULL")),
                filled(fixed(column(
                    "title_length",
                    Int4,
                    true,
                    "GENERATED ALWAYS AS (length(title)) STORED",
                ))),
                column("body", Text, true, ""),
                column("tags", Texts, true, "DEFAULT '{}'"),
                column("published", Bool, false, "NOT NULL DEFAULT false"),
                column("score", Int8, false, "NOT NULL DEFAULT 0"),
                column("meta", Jsonb, true, ""),
                column("mood", E(1), true, ""),
                column("moods", Enums(1), true, "DEFAULT '{}'"),
            ],
        );
        let events = Table {
            key: "id, at".into(),
            tail: "PARTITION BY RANGE (at)",
            ..table(
                "events",
                vec![
                    fixed(column("id", Int8, false, "NOT NULL")),
                    fixed(column("at", Timestamptz, false, "NOT NULL")),
                    column("payload", Text, true, ""),
                    column("weight", Int4, false, "NOT NULL DEFAULT 1"),
                ],
            )
        };
        let documents = table(
            "documents",
            vec![
                key(Int4, "GENERATED BY DEFAULT AS IDENTITY"),
                column("subject", Text, false, "NOT NULL"),
                column("pages", Int4, true, ""),
            ],
        );
        let reserved = table(
            "reserved",
            vec![
                fixed(column("id", Int4, false, "NOT NULL")),
                fixed(column("word", Text, false, "NOT NULL")),
            ],
        );
        let prices = Table {
            schema: "app",
            ..table(
                "prices",
                vec![
                    fixed(column(
                        "id",
                        Uuid,
                        false,
                        "DEFAULT '00000000-0000-4000-8000-000000000000'",
                    )),
                    fixed(column(
                        "account_id",
                        Int4,
                        true,
                        "REFERENCES accounts ON DELETE CASCADE ON UPDATE SET NULL",
                    )),
                    column("amount", Decimal(10, 2), false, "NOT NULL"),
                    column("currency", Char(3), true, ""),
                    column("label", Varchar(50), true, ""),
                ],
            )
        };
        let visits = table(
            "visits",
            vec![
                filled(fixed(column("id", Int4, false, "DEFAULT nextval('visits_id_seq')"))),
                fixed(column(
                    "document_id",
                    Int4,
                    true,
                    "REFERENCES documents ON DELETE SET NULL",
                )),
                column("seen", Timestamptz, false, "NOT NULL DEFAULT now()"),
                column("spent", Interval, true, ""),
                column("slot", Int4Range, true, ""),
                column("page", Int4, true, ""),
            ],
        );
        let label = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        Self {
            tables: vec![accounts, posts, events, documents, reserved, prices, visits],
            enums: vec![
                Enum {
                    name: "account_status".into(),
                    rust: "AccountStatus".into(),
                    first: Vec::new(),
                    labels: label(&["fresh", "active", "closed"]),
                    unused: Vec::new(),
                    dropped: false,
                },
                Enum {
                    name: "mood".into(),
                    rust: "Mood".into(),
                    first: Vec::new(),
                    labels: label(&["calm", "tense"]),
                    unused: Vec::new(),
                    dropped: false,
                },
            ],
            next: 1,
        }
    }

    /// Roles of the server; created once. `app_owner` owns the tables, `deployer` may act for it, `restricted` owns some views.
    pub fn roles() -> &'static str {
        "DO $$ DECLARE name text; BEGIN
           FOREACH name IN ARRAY ARRAY['app_owner', 'deployer', 'restricted', 'reader', 'writer'] LOOP
             IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
               EXECUTE format('CREATE ROLE %I LOGIN', name);
             END IF;
           END LOOP;
         END $$;
         GRANT app_owner, restricted TO deployer;
         GRANT restricted TO app_owner;"
    }

    /// The schema with rows, as SQL for the role that is to own it. `dirt` chooses, a bit each, from [`DIRT`].
    pub fn sql(&self, dirt: u64) -> String {
        let mut sql = String::from(
            "CREATE SCHEMA app; CREATE DOMAIN amount AS numeric(12,2) CHECK (VALUE >= 0); CREATE SEQUENCE visits_id_seq AS integer;\n",
        );
        for found in &self.enums {
            let labels: Vec<String> = found.labels.iter().map(|label| format!("'{label}'")).collect();
            let _ = writeln!(sql, "CREATE TYPE {} AS ENUM ({});", found.name, labels.join(", "));
        }
        for table in &self.tables {
            let mut lines: Vec<String> = table
                .columns
                .iter()
                .map(|column| {
                    format!(
                        "{} {} {}",
                        column.name,
                        column.data_type.sql(&self.enums),
                        column.clause
                    )
                })
                .collect();
            lines.push(format!("PRIMARY KEY ({})", table.key));
            let _ = writeln!(
                sql,
                "CREATE TABLE {} ({}) {};",
                table.path(),
                lines.join(", "),
                table.tail
            );
        }
        sql.push_str(
            "ALTER SEQUENCE visits_id_seq OWNED BY visits.id; ALTER TABLE visits ADD EXCLUDE USING gist (slot WITH &&);
             CREATE TABLE events_2026_03 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
             CREATE TABLE events_rest PARTITION OF events DEFAULT;\n",
        );
        for table in &self.tables {
            for row in 1..=3 {
                let _ = writeln!(sql, "{};", self.insert(table, row));
            }
        }
        sql.push_str("SET CONSTRAINTS ALL IMMEDIATE;\n");
        for (at, (_, text)) in DIRT.iter().enumerate() {
            if dirt & (1 << at) != 0 {
                sql.push_str(text);
                sql.push('\n');
            }
        }
        sql
    }

    /// A statement of the application: a row with a value for every column that it fills.
    pub fn insert(&self, table: &Table, row: usize) -> String {
        let named: Vec<&Column> = table.columns.iter().filter(|column| !column.filled).collect();
        let names: Vec<&str> = named.iter().map(|column| column.name.as_str()).collect();
        let values: Vec<String> = named
            .iter()
            .map(|column| match column.name.as_str() {
                "account_id" => "1".to_owned(),
                "document_id" => "NULL".to_owned(),
                "id" if column.data_type != Type::Uuid => row.to_string(),
                // A foreign key that an edit has added.
                name if name.starts_with("owner_") => "NULL".to_owned(),
                _ => column.data_type.value(row, &self.enums),
            })
            .collect();
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            table.path(),
            names.join(", "),
            values.join(", ")
        )
    }

    /// The application's `src/schema.rs`.
    pub fn schema_rs(&self) -> String {
        let mut text = String::from("pub mod sql_types {\n");
        for found in self.enums.iter().filter(|found| !found.dropped) {
            let _ = writeln!(
                text,
                "    #[derive(diesel::sql_types::SqlType)]\n    #[diesel(postgres_type(name = \"{}\"))]\n    pub struct {};",
                found.name, found.rust
            );
        }
        text.push_str("}\n");
        for table in &self.tables {
            let _ = writeln!(
                text,
                "diesel::table! {{\n    use diesel::sql_types::*;{}\n    {} ({}) {{",
                table
                    .attributes
                    .iter()
                    .map(|attribute| format!("\n    #[schema_diff::{attribute}]"))
                    .collect::<String>(),
                table.path(),
                table.key
            );
            for column in &table.columns {
                if let Type::Decimal(precision, scale) = column.data_type {
                    let _ = writeln!(
                        text,
                        "        #[schema_diff::sql_type(\"numeric({precision},{scale})\")]"
                    );
                }
                if let Type::Varchar(length) | Type::Char(length) = column.data_type {
                    let _ = writeln!(text, "        #[max_length = {length}]");
                }
                for attribute in &column.attributes {
                    let _ = writeln!(text, "        #[schema_diff::{attribute}]");
                }
                let rust = column.data_type.rust(&self.enums);
                let rust = if column.nullable {
                    format!("Nullable<{rust}>")
                } else {
                    rust
                };
                let _ = writeln!(text, "        {} -> {rust},", column.name);
            }
            text.push_str("    }\n}\n");
        }
        text
    }

    /// The enums, as Rust enums.
    pub fn models_rs(&self) -> String {
        let mut text = String::new();
        for found in self.enums.iter().filter(|found| !found.dropped) {
            let _ = writeln!(
                text,
                "#[derive(diesel_derive_enum::DbEnum)]\n#[db_enum(existing_type_path = \"crate::schema::sql_types::{0}\")]\npub enum {0}Value {{",
                found.rust
            );
            for (at, label) in found.all().enumerate() {
                let _ = writeln!(text, "    #[db_enum(rename = \"{label}\")]\n    V{at},");
            }
            text.push_str("}\n");
        }
        text
    }

    /// What the database must have of the declared columns: `table.column type null`.
    pub fn facts(&self) -> Vec<String> {
        let mut facts: Vec<String> = self
            .tables
            .iter()
            .flat_map(|table| {
                table.columns.iter().map(|column| {
                    let null = if column.nullable { "null" } else { "not null" };
                    format!(
                        "{}.{} {} {null}",
                        table.path(),
                        column.name,
                        column.data_type.sql(&self.enums)
                    )
                })
            })
            .collect();
        facts.sort();
        facts
    }
}

/// The facts of [`Production::facts`], as the database has them; what has no primary key is not the application's.
pub const FACTS: &str = "SELECT concat(c.oid::regclass, '.', a.attname, ' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE ' null' END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND NOT c.relispartition
  AND EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p') ORDER BY 1";
