//! Names of objects, and the one place that converts a name or a text to SQL.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    ops::Deref,
};

use serde::{Deserialize, Serialize};

/// The length of the longest identifier that Postgres keeps, in bytes (`NAMEDATALEN - 1`).
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// A name in a schema (namespace). Its `Display` is SQL: quoted if necessary, without `public`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema, such as `public`.
    pub schema: String,
    /// The name, unquoted, exactly as Postgres stores it.
    pub name: String,
}

/// The name of a table, view or materialized view.
pub type TableName = QualifiedName;

/// The name of a type. It has the form of a [`QualifiedName`] but cannot be mistaken for the name of a table: names
/// that denote both, such as a table's row type, are converted explicitly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypeName(QualifiedName);

impl QualifiedName {
    /// Creates a name in a schema.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            name: name.into(),
        }
    }

    /// Creates a name in the default schema, `public`.
    pub fn public(name: impl Into<String>) -> Self {
        Self::new("public", name)
    }

    /// Returns another name in the same schema.
    #[must_use]
    pub fn sibling(&self, name: impl Into<String>) -> Self {
        Self::new(self.schema.clone(), name)
    }

    /// Renders the name as SQL with its schema, even `public`, as Postgres prints names with an empty `search_path`.
    pub fn qualified(&self) -> String {
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
    }

    /// Returns the default that uses a sequence of this name, as Postgres prints it: `nextval('public.s'::regclass)`.
    pub fn nextval(&self) -> String {
        format!("nextval('{}'::regclass)", self.qualified().replace('\'', "''"))
    }
}

impl TypeName {
    /// Creates the name of a type in a schema.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self(QualifiedName::new(schema, name))
    }

    /// Creates the name of a type in the default schema, `public`.
    pub fn public(name: impl Into<String>) -> Self {
        Self::new("public", name)
    }

    /// Creates the name of a built-in type, such as `int4`.
    pub fn builtin(name: impl Into<String>) -> Self {
        Self::new("pg_catalog", name)
    }

    /// Returns the row type of a table, view or materialized view, which has the same name.
    pub fn row_of(relation: &TableName) -> Self {
        Self(relation.clone())
    }

    /// Returns the name of another type in the same schema.
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
        // Without its schema, a name that starts like the built-in names would be found in `pg_catalog` first.
        if self.schema == "public" && !self.name.starts_with("pg_") {
            f.write_str(&quote_ident(&self.name))
        } else {
            write!(f, "{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
        }
    }
}

/// A column of a relation, or the relation as a whole, that an object depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ColumnRef {
    /// The table or view.
    pub relation: TableName,
    /// The column; `None` for the relation as a whole.
    pub column: Option<String>,
}

impl ColumnRef {
    /// Creates a reference to a column.
    pub fn column(relation: &TableName, column: impl Into<String>) -> Self {
        Self {
            relation: relation.clone(),
            column: Some(column.into()),
        }
    }

    /// Creates a reference to a relation as a whole.
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

/// Returns whether Postgres's `quote_ident` would quote a name.
pub fn is_quoted_by_postgres(name: &str) -> bool {
    let mut bytes = name.bytes();
    let plain = matches!(bytes.next(), Some(b'a'..=b'z' | b'_'))
        && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    !plain || KEYWORDS.binary_search(&name).is_ok()
}

/// Returns the hash of a name in a schema (namespace), for indexes in memory; it may differ between versions of the tool.
pub(crate) fn name_hash(schema: &str, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (schema, name).hash(&mut hasher);
    hasher.finish()
}

/// Renders a name as SQL, quoted exactly if Postgres would quote it.
pub fn quote_ident(name: &str) -> String {
    if is_quoted_by_postgres(name) {
        quote_ident_always(name)
    } else {
        name.to_owned()
    }
}

/// Renders a name as SQL, always quoted: words that PL/pgSQL reserves are names for [`quote_ident`].
pub fn quote_ident_always(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Renders a text as an SQL literal that has the same value under either setting of `standard_conforming_strings`.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// Truncates a name to the length that Postgres keeps, at a character boundary.
pub fn truncate_identifier(name: &str) -> &str {
    &name[..name.floor_char_boundary(MAX_IDENTIFIER_BYTES)]
}
