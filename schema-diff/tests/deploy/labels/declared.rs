//! What a schema.rs of a case declares, as far as a program needs it. The files have one column a line, like those of `print-schema`.

/// A schema.rs.
#[derive(Default)]
pub struct Declared {
    /// The text of `sql_types`.
    pub types: String,
    pub tables: Vec<Table>,
    pub joins: Vec<Join>,
}

/// A `joinable!`.
pub struct Join {
    pub child: String,
    pub parent: String,
    pub column: String,
    /// Its text.
    pub text: String,
}

/// A `table!` or `view!`.
pub struct Table {
    /// The name of its module.
    pub name: String,
    /// Its schema in the database.
    pub schema: String,
    /// Its name in the database.
    pub sql_name: String,
    pub key: Vec<String>,
    pub columns: Vec<Column>,
    /// The text of its macro.
    pub text: String,
}

/// A column.
pub struct Column {
    pub name: String,
    /// Its name in the database.
    pub sql_name: String,
    pub data_type: String,
}

impl Declared {
    /// Reads a file, without the attributes that compile to nothing: programs that differ only by these are one.
    pub fn read(text: &str) -> Self {
        let mut found = Self::default();
        let mut block = String::new();
        let is_kept = |line: &&str| !line.trim_start().starts_with("#[schema_diff::");
        for line in text.lines().filter(is_kept) {
            block.push_str(line);
            block.push('\n');
            if line == "}" {
                match block.starts_with("pub mod sql_types") {
                    true => found.types = std::mem::take(&mut block),
                    false => found.tables.push(Table::read(std::mem::take(&mut block))),
                }
            } else if let Some(rest) = line.strip_prefix("diesel::joinable!(") {
                let (child, rest) = rest.split_once(" -> ").unwrap();
                found.joins.push(Join {
                    child: child.to_owned(),
                    parent: rest.split_once(' ').unwrap().0.to_owned(),
                    column: rest.split(['(', ')']).nth(1).unwrap().to_owned(),
                    text: std::mem::take(&mut block),
                });
            } else if line.starts_with("diesel::allow_tables") {
                block.clear();
            }
        }
        found
    }

    /// Returns what a join compares: the tables and columns with their types.
    pub fn compared(&self, join: &Join) -> Option<[(String, String, String); 2]> {
        let of = |table: &str, column: Option<&str>| {
            let table = self.tables.iter().find(|own| own.name == table)?;
            let column = column.unwrap_or(&table.key[0]);
            let column = table.columns.iter().find(|own| own.name == column)?;
            Some((table.path(), column.sql_name.clone(), column.data_type.clone()))
        };
        Some([of(&join.child, Some(&join.column))?, of(&join.parent, None)?])
    }
}

impl Table {
    fn read(text: String) -> Self {
        let mut columns = Vec::new();
        let mut sql_name: Option<String> = None;
        let mut head = None;
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("#[sql_name = \"") {
                sql_name = Some(name.trim_end_matches("\"]").to_owned());
            } else if let Some((name, key)) = line.strip_suffix(") {").and_then(|own| own.split_once(" (")) {
                head = Some((name.to_owned(), key.to_owned(), sql_name.take()));
            } else if let Some((name, data_type)) = line.split_once(" -> ") {
                columns.push(Column {
                    name: name.to_owned(),
                    sql_name: sql_name.take().unwrap_or_else(|| name.to_owned()),
                    data_type: data_type.trim_end_matches(',').to_owned(),
                });
            }
        }
        let (path, key, sql_name) = head.unwrap_or_else(|| panic!("no table: {text}"));
        let (schema, name) = path.split_once('.').unwrap_or(("public", &path));
        Self {
            name: name.to_owned(),
            schema: schema.to_owned(),
            sql_name: sql_name.unwrap_or_else(|| name.to_owned()),
            key: key.split(", ").map(str::to_owned).collect(),
            columns,
            text,
        }
    }

    /// Returns its name as in findings.
    pub fn path(&self) -> String {
        match self.schema.as_str() {
            "public" => self.sql_name.clone(),
            schema => format!("{schema}.{}", self.sql_name),
        }
    }
}

impl Column {
    /// Returns whether it is read as an `Option`.
    pub fn is_nullable(&self) -> bool {
        self.data_type.starts_with("Nullable<")
    }

    /// Returns its Rust type.
    pub fn rust(&self) -> String {
        rust(&self.data_type)
    }

    /// Returns whether its type is an enum.
    pub fn is_enum(&self) -> bool {
        let bare = self.data_type.trim_start_matches("Nullable<").trim_end_matches('>');
        rust(bare).starts_with("super::")
    }
}

fn rust(data_type: &str) -> String {
    let of = |outer: &str| data_type.strip_prefix(outer)?.strip_suffix('>');
    if let Some(inner) = of("Nullable<") {
        return format!("Option<{}>", rust(inner));
    }
    if let Some(inner) = of("Array<") {
        return format!("Vec<{}>", rust(inner));
    }
    match data_type {
        "Int2" => "i16",
        "Int4" => "i32",
        "Int8" => "i64",
        "Float4" => "f32",
        "Float8" => "f64",
        "Bool" => "bool",
        "Text" | "Varchar" | "Bpchar" | "Citext" => "String",
        "Bytea" => "Vec<u8>",
        "Uuid" => "uuid::Uuid",
        "Json" | "Jsonb" => "serde_json::Value",
        "Date" => "chrono::NaiveDate",
        "Time" => "chrono::NaiveTime",
        "Timestamp" => "chrono::NaiveDateTime",
        "Timestamptz" => "chrono::DateTime<chrono::Utc>",
        "Interval" => "diesel::pg::data_types::PgInterval",
        "Money" => "diesel::pg::data_types::PgMoney",
        "Numeric" => "diesel::pg::data_types::PgNumeric",
        "Int4range" => "(std::ops::Bound<i32>, std::ops::Bound<i32>)",
        "Int8range" => "(std::ops::Bound<i64>, std::ops::Bound<i64>)",
        own => return format!("super::{own}"),
    }
    .to_owned()
}
