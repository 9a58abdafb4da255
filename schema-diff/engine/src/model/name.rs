//! Names of things, and the one place that turns a name or a text into SQL.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Serialize};

/// Longest identifier that Postgres keeps, in bytes (`NAMEDATALEN - 1`).
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// A name within a schema (namespace). Its `Display` is SQL: quoted where needed, `public` left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema, such as `public`.
    pub schema: String,
    /// The name within it, unquoted, exactly as Postgres stores it.
    pub name: String,
}

/// The name of a table, view or materialized view.
pub type TableName = QualifiedName;

/// The name of a type. It reads like a [`QualifiedName`], but is never taken for the name of a table: what is both, such as
/// a table's row type, is converted where that is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypeName(QualifiedName);

impl QualifiedName {
    /// A name in a schema.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            name: name.into(),
        }
    }

    /// The same name in the default schema, `public`.
    pub fn public(name: impl Into<String>) -> Self {
        Self::new("public", name)
    }

    /// Another name in the same schema.
    #[must_use]
    pub fn sibling(&self, name: impl Into<String>) -> Self {
        Self::new(self.schema.clone(), name)
    }

    /// As SQL with its schema, `public` too: as Postgres prints names with an empty `search_path`.
    pub fn qualified(&self) -> String {
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
    }

    /// The default that takes from a sequence of this name, as Postgres prints it: `nextval('public.s'::regclass)`.
    pub fn nextval(&self) -> String {
        format!("nextval('{}'::regclass)", self.qualified().replace('\'', "''"))
    }
}

impl TypeName {
    /// The name of a type in a schema.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self(QualifiedName::new(schema, name))
    }

    /// A type of this name in the default schema, `public`.
    pub fn public(name: impl Into<String>) -> Self {
        Self::new("public", name)
    }

    /// A built-in type, such as `int4`.
    pub fn builtin(name: impl Into<String>) -> Self {
        Self::new("pg_catalog", name)
    }

    /// The row type of a table, view or materialized view, which Postgres names like it.
    pub fn row_of(relation: &TableName) -> Self {
        Self(relation.clone())
    }

    /// Another type's name in the same schema.
    #[must_use]
    pub fn sibling(&self, name: impl Into<String>) -> Self {
        Self(self.0.sibling(name))
    }
}

impl Deref for TypeName {
    type Target = QualifiedName;

    fn deref(&self) -> &QualifiedName {
        &self.0
    }
}

impl From<QualifiedName> for TypeName {
    fn from(name: QualifiedName) -> Self {
        Self(name)
    }
}

impl From<TypeName> for QualifiedName {
    fn from(name: TypeName) -> Self {
        name.0
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without its schema, a name like Postgres's own would be found in `pg_catalog` first.
        if self.schema == "public" && !self.name.starts_with("pg_") {
            f.write_str(&quote_ident(&self.name))
        } else {
            write!(f, "{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
        }
    }
}

/// A column of a relation, or the relation as a whole, that something depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ColumnRef {
    /// The table or view.
    pub relation: TableName,
    /// The column; `None` for the relation as a whole.
    pub column: Option<String>,
}

impl ColumnRef {
    /// One column of a relation.
    pub fn column(relation: &TableName, column: impl Into<String>) -> Self {
        Self {
            relation: relation.clone(),
            column: Some(column.into()),
        }
    }

    /// A relation as a whole.
    pub fn relation(relation: &TableName) -> Self {
        Self {
            relation: relation.clone(),
            column: None,
        }
    }
}

/// Keywords that `quote_ident` quotes (every keyword of Postgres 12 to 18 that is not "unreserved"), sorted.
const KEYWORDS: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// Whether Postgres's own `quote_ident` would put quotes around a name.
pub fn is_quoted_by_postgres(name: &str) -> bool {
    let mut bytes = name.bytes();
    let plain = matches!(bytes.next(), Some(b'a'..=b'z' | b'_'))
        && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    !plain || KEYWORDS.binary_search(&name).is_ok()
}

/// A name as SQL: quoted exactly where Postgres would quote it.
pub fn quote_ident(name: &str) -> String {
    if is_quoted_by_postgres(name) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// A text as an SQL literal that reads the same under either setting of `standard_conforming_strings`.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// Cuts a name to what Postgres keeps of it, at a character's boundary.
pub fn truncate_identifier(name: &str) -> &str {
    &name[..name.floor_char_boundary(MAX_IDENTIFIER_BYTES)]
}
