//! A database as production has it: owners, grants, row security, triggers that read other tables, deferrable keys, partitions,
//! inheritance, domains, statistics, publications. As SQL with rows, and as the `schema.rs` of the application on it.
#![allow(dead_code, reason = "each test binary uses a part of this")]

use std::fmt::Write as _;

/// A column's type. The same values, as text, fit every type that [`Type::conversions`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Int4,
    Int8,
    Numeric,
    Varchar(u32),
    Text,
    Texts,
    Bool,
    Date,
    Timestamp,
    Timestamptz,
    Jsonb,
    /// An enum type, by its index.
    Enum(usize),
    /// `amount`, a domain over `numeric(12,2)`.
    Amount,
}

impl Type {
    fn sql(&self, enums: &[Enum]) -> String {
        match self {
            Self::Int4 => "integer".into(),
            Self::Int8 => "bigint".into(),
            Self::Numeric => "numeric".into(),
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
            Self::Numeric | Self::Amount => "Numeric".into(),
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
            Self::Numeric | Self::Amount => format!("{row}.25"),
            Self::Varchar(_) | Self::Text => format!("'text {row}'"),
            Self::Texts => format!("'{{text,\"{row} {{\"}}'"),
            Self::Bool => format!("{}", row.is_multiple_of(2)),
            Self::Date => format!("'2026-03-{:02}'", row % 28 + 1),
            Self::Timestamp => format!("'2026-03-{:02} 10:00:00'", row % 28 + 1),
            Self::Timestamptz => format!("'2026-03-{:02} 10:00:00+00'", row % 28 + 1),
            Self::Jsonb => format!("'{{\"row\": {row}}}'"),
            Self::Enum(of) => format!("'{}'", enums[*of].labels[row % enums[*of].labels.len()]),
        }
    }
}

/// An enum type.
#[derive(Clone, Debug)]
pub struct Enum {
    pub name: String,
    pub rust: String,
    /// Labels that rows have.
    pub labels: Vec<String>,
    /// Labels that no row has; they come after the others.
    pub unused: Vec<String>,
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
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub key: &'static str,
    /// What follows the columns in `CREATE TABLE`.
    pub tail: &'static str,
    /// It was there from the beginning, with code that names it: it is not dropped.
    pub established: bool,
    pub has_rows: bool,
}

impl Table {
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
    }
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
        name: name.into(),
        columns,
        key: "id",
        tail: "",
        established: true,
        has_rows: true,
    }
}

impl Production {
    /// The application's tables.
    pub fn new() -> Self {
        use Type::{Amount, Bool, Date, Enum as E, Int4, Int8, Jsonb, Text, Texts, Timestamp, Timestamptz, Varchar};
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
            ],
        );
        let events = Table {
            key: "id, at",
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
        let label = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        Self {
            tables: vec![accounts, posts, events, documents, reserved],
            enums: vec![
                Enum {
                    name: "account_status".into(),
                    rust: "AccountStatus".into(),
                    labels: label(&["fresh", "active", "closed"]),
                    unused: Vec::new(),
                },
                Enum {
                    name: "mood".into(),
                    rust: "Mood".into(),
                    labels: label(&["calm", "tense"]),
                    unused: Vec::new(),
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
        let mut sql = String::from("CREATE DOMAIN amount AS numeric(12,2) CHECK (VALUE >= 0);\n");
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
                table.name,
                lines.join(", "),
                table.tail
            );
        }
        sql.push_str(
            "CREATE TABLE events_2026_03 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
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
                "id" => row.to_string(),
                _ => column.data_type.value(row, &self.enums),
            })
            .collect();
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            table.name,
            names.join(", "),
            values.join(", ")
        )
    }

    /// The application's `src/schema.rs`.
    pub fn schema_rs(&self) -> String {
        let mut text = String::from("pub mod sql_types {\n");
        for found in &self.enums {
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
                "diesel::table! {{\n    use diesel::sql_types::*;\n    {} ({}) {{",
                table.name, table.key
            );
            for column in &table.columns {
                if let Type::Varchar(length) = column.data_type {
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
        for found in &self.enums {
            let _ = writeln!(
                text,
                "#[derive(diesel_derive_enum::DbEnum)]\n#[db_enum(existing_type_path = \"crate::schema::sql_types::{0}\")]\npub enum {0}Value {{",
                found.rust
            );
            for (at, label) in found.labels.iter().chain(&found.unused).enumerate() {
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
                        table.name,
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

/// The facts of [`Production::facts`], as the database has them.
pub const FACTS: &str = "SELECT concat(c.relname, '.', a.attname, ' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE ' null' END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid) AND c.relname <> 'audit' ORDER BY 1";

/// What makes a production database other than a fresh one, each with what it needs.
#[rustfmt::skip]
pub const DIRT: &[(&str, &str)] = &[
    ("view", "CREATE VIEW account_names AS SELECT id, email, full_name FROM accounts WHERE age IS NULL OR age > 1;
        COMMENT ON VIEW account_names IS 'names'; COMMENT ON COLUMN account_names.email IS 'mail';
        GRANT SELECT (id, email) ON account_names TO reader; GRANT UPDATE ON account_names TO writer WITH GRANT OPTION;"),
    ("restricted view", "CREATE VIEW own_posts WITH (security_barrier) AS SELECT id, title, body, score FROM posts;
        GRANT SELECT ON posts TO restricted; GRANT CREATE ON SCHEMA public TO restricted; ALTER VIEW own_posts OWNER TO restricted; REVOKE CREATE ON SCHEMA public FROM restricted;"),
    ("view on view", "CREATE VIEW long_posts AS SELECT p.id, p.title, p.score FROM posts p WHERE p.title_length > 3;
        CREATE VIEW best_posts AS SELECT id, title FROM long_posts WHERE score > 0; ALTER VIEW best_posts ALTER COLUMN title SET DEFAULT 'untitled';"),
    ("materialized view", "CREATE MATERIALIZED VIEW post_scores AS SELECT id, score, published FROM posts;
        CREATE UNIQUE INDEX post_scores_id ON post_scores (id); CREATE INDEX post_scores_score ON post_scores (score) WITH (fillfactor = 80);
        ALTER MATERIALIZED VIEW post_scores ALTER COLUMN score SET STATISTICS 250; GRANT SELECT ON post_scores TO reader;"),
    ("empty materialized view", "CREATE MATERIALIZED VIEW moods AS SELECT mood, count(*) AS n FROM posts GROUP BY mood WITH NO DATA;"),
    ("rule", "CREATE TABLE IF NOT EXISTS audit (id int GENERATED ALWAYS AS IDENTITY, what text);
        CREATE RULE posts_gone AS ON DELETE TO posts DO ALSO INSERT INTO audit (what) VALUES (OLD.title); ALTER TABLE posts DISABLE RULE posts_gone; COMMENT ON RULE posts_gone ON posts IS 'gone';"),
    ("updated_at trigger", "CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW IS DISTINCT FROM OLD AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN NEW.updated_at := now(); END IF; RETURN NEW; END $$;
        CREATE TRIGGER set_updated_at BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION set_updated_at(); COMMENT ON TRIGGER set_updated_at ON accounts IS 'stamp';"),
    ("trigger that reads another table", "CREATE FUNCTION refuse_reserved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF EXISTS (SELECT FROM reserved WHERE word = NEW.title) THEN RAISE EXCEPTION 'reserved'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse_reserved BEFORE INSERT OR UPDATE OF title ON posts FOR EACH ROW EXECUTE FUNCTION refuse_reserved();"),
    ("audit trigger, always", "CREATE TABLE IF NOT EXISTS audit (id int GENERATED ALWAYS AS IDENTITY, what text);
        CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES (TG_TABLE_NAME || to_jsonb(NEW)::text); RETURN NULL; END $$;
        CREATE TRIGGER audit_row AFTER INSERT OR UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION audit_row(); ALTER TABLE documents ENABLE ALWAYS TRIGGER audit_row;"),
    ("disabled trigger", "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never'; END $$;
        CREATE TRIGGER never BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION never(); ALTER TABLE documents DISABLE TRIGGER never;"),
    ("constraint trigger", "CREATE FUNCTION check_later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER check_later AFTER INSERT OR UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_later();"),
    ("trigger with WHEN", "CREATE FUNCTION note_score() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER note_score BEFORE UPDATE OF score ON posts FOR EACH ROW WHEN (OLD.score IS DISTINCT FROM NEW.score) EXECUTE FUNCTION note_score();"),
    ("forced row security", "ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
        CREATE POLICY only_known ON accounts USING (full_name IS NOT NULL AND current_setting('app.tenant', true) = '1'); COMMENT ON POLICY only_known ON accounts IS 'tenants';"),
    ("row security", "ALTER TABLE posts ENABLE ROW LEVEL SECURITY; CREATE POLICY published_only ON posts FOR SELECT TO reader USING (published);
        CREATE POLICY own ON posts AS RESTRICTIVE TO writer USING (account_id = 1) WITH CHECK (score >= 0);"),
    ("grants", "GRANT SELECT, INSERT ON accounts TO reader; GRANT ALL ON posts TO writer WITH GRANT OPTION; GRANT UPDATE (age, credit) ON accounts TO writer; GRANT USAGE ON TYPE mood TO reader; REVOKE USAGE ON TYPE account_status FROM PUBLIC; GRANT USAGE ON TYPE account_status TO writer;"),
    ("default privileges", "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader;"),
    ("inheritance", "CREATE TABLE invoices (total numeric) INHERITS (documents); INSERT INTO invoices (id, subject, pages, total) VALUES (90, 'bill', 2, 1.5);"),
    ("extended statistics", "CREATE STATISTICS account_facts (dependencies, ndistinct) ON age, joined FROM accounts; COMMENT ON STATISTICS account_facts IS 'facts';"),
    ("column statistics and storage", "ALTER TABLE posts ALTER COLUMN body SET STATISTICS 300; ALTER TABLE posts ALTER COLUMN body SET STORAGE EXTERNAL; ALTER TABLE accounts ALTER COLUMN full_name SET (n_distinct = 100);"),
    ("publication", "CREATE PUBLICATION changes FOR TABLE accounts, ONLY documents;"),
    ("replica identity", "ALTER TABLE accounts REPLICA IDENTITY USING INDEX accounts_email_key; ALTER TABLE documents REPLICA IDENTITY FULL; ALTER TABLE posts CLUSTER ON posts_pkey;"),
    ("indexes", "CREATE INDEX posts_recent ON posts (score DESC NULLS LAST) INCLUDE (title) WHERE published; CREATE INDEX accounts_lower ON accounts (lower(nickname)); COMMENT ON INDEX accounts_lower IS 'lower';
        CREATE INDEX events_weight ON events (weight);"),
    ("checks", "ALTER TABLE accounts ADD CONSTRAINT adults CHECK (age IS NULL OR age BETWEEN 0 AND 200); ALTER TABLE posts ADD CONSTRAINT known_title CHECK (title <> 'x') NOT VALID; COMMENT ON CONSTRAINT adults ON accounts IS 'age';"),
    ("function on a table", "CREATE FUNCTION post_count(accounts) RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM posts WHERE account_id = $1.id $$; REVOKE EXECUTE ON FUNCTION post_count(accounts) FROM PUBLIC;"),
    ("unlogged options", "ALTER TABLE accounts SET (fillfactor = 70, autovacuum_enabled = off); COMMENT ON TABLE accounts IS 'people'; COMMENT ON COLUMN accounts.email IS 'where to write'; COMMENT ON TYPE mood IS 'a mood'; COMMENT ON DOMAIN amount IS 'money';"),
];
