//! The contents of the attributes, independent of their syntax.

/// An attribute on a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnAttribute {
    /// `default("now()")`: an SQL expression. `default(none)` declares that there is none.
    Default(Option<String>),
    /// `unique`, `unique(name = "...", nulls_not_distinct, deferrable, initially_deferred)`.
    Unique(Unique),
    /// `index`, `index(desc, method = "gin", ...)`: an index on this column.
    Index(Index),
    /// `check("age >= 0", name = "...", no_inherit, not_valid)`.
    Check(Check),
    /// `references(countries(id), on_delete = cascade, ...)`.
    References(ForeignKey),
    /// `identity`, `identity(always, start = 10, increment = 2, min = .., max = .., cache = .., cycle)`; `identity(none)`.
    Identity(Option<Identity>),
    /// `generated("price * amount")`, `generated("...", virtual)`. `generated(none)` declares that it is a plain
    /// column.
    Generated(Option<Generated>),
    /// `sql_type("numeric(10,2)")`.
    SqlType(String),
    /// `collate("de-x-icu")`, `collate("app.german")`.
    Collate(String),
    /// `comment("...")`.
    Comment(String),
    /// `renamed_from("mail")`.
    RenamedFrom(String),
    /// `backfill("lower(name)")`: an SQL expression that fills the existing rows.
    Backfill(String),
    /// `using("lower(kind)::kind")`: an SQL expression that converts the values if the type changes.
    Using(String),
    /// `using_down("kind::text")`: an SQL expression that converts them back.
    UsingDown(String),
    /// `statistics(500)`, `n_distinct(-0.5)`, `storage(external)`, `compression(lz4)`; `None` for `default`.
    Setting(ColumnSetting, Option<String>),
}

/// A setting for the storage or the statistics of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnSetting {
    /// The statistics target of `ANALYZE`: a number from 0 to 10000.
    Statistics,
    /// The number of distinct values (above 0), or their ratio to the number of rows (from -1 to 0).
    Distinct,
    /// The storage strategy for large values: `plain`, `main`, `external`, `extended`.
    Storage,
    /// The compression method for large values: `pglz`, `lz4`.
    Compression,
}

/// An attribute on a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableAttribute {
    /// `unique(a, b, name = "...")`.
    Unique(Unique),
    /// `index(lower(email), unique, name = "...")`.
    Index(Index),
    /// `check("a < b", name = "...")`.
    Check(Check),
    /// `foreign_key(a, b -> other(x, y), on_delete = cascade)`.
    ForeignKey(ForeignKey),
    /// `exclude("room WITH =, during WITH &&", method = "gist", where = "...", name = "...")`.
    Exclude(Exclude),
    /// `comment("...")`.
    Comment(String),
    /// `renamed_from("old")`, `renamed_from("schema.old")`.
    RenamedFrom(String),
    /// `ignore`: schema-diff does not compare the table.
    Ignore,
    /// `view`, `view("SELECT ...")`.
    View(Option<String>),
    /// `materialized_view`, `materialized_view("SELECT ...")`.
    MaterializedView(Option<String>),
    /// `partition_by("RANGE (at)")`.
    PartitionBy(String),
    /// `with(fillfactor = 70)`: storage parameters as Postgres stores them, `fillfactor=70`, sorted; empty for `with(none)`.
    With(Vec<String>),
}

/// An attribute on `joinable!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinableAttribute {
    /// `no_foreign_key`.
    NoForeignKey,
}

/// A unique key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unique {
    /// The Rust or SQL names of the columns, as written; empty on a column (its own).
    pub columns: Vec<String>,
    /// Its name.
    pub name: Option<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// The included columns.
    pub include: Vec<String>,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED` (implies `deferrable`).
    pub initially_deferred: bool,
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The keys; empty on a column (its own).
    pub keys: Vec<IndexKey>,
    /// Its name.
    pub name: Option<String>,
    /// `UNIQUE`.
    pub unique: bool,
    /// The access method.
    pub method: Option<String>,
    /// The included columns.
    pub include: Vec<String>,
    /// `WHERE`: an SQL expression.
    pub predicate: Option<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// Storage parameters: `fillfactor=70`, sorted.
    pub options: Vec<String>,
}

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKey {
    /// A column's name as written, or an SQL expression.
    pub text: String,
    /// Whether it is an expression.
    pub is_expression: bool,
    /// The operator class, as SQL.
    pub operator_class: Option<String>,
    /// The collation, as SQL.
    pub collation: Option<String>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` (`Some(true)`) or `NULLS LAST`; `None`: Postgres's default for the direction.
    pub nulls_first: Option<bool>,
}

/// A check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// An SQL expression.
    pub expression: String,
    /// Its name.
    pub name: Option<String>,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// `NOT VALID`.
    pub not_valid: bool,
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForeignKey {
    /// The referencing columns; empty on a column (its own).
    pub columns: Vec<String>,
    /// The referenced table: its Rust or SQL name, without the schema.
    pub table: String,
    /// The schema, if written (`app::countries` or `app.countries`).
    pub schema: Option<String>,
    /// The referenced columns; empty for the primary key.
    pub referenced_columns: Vec<String>,
    /// Its name.
    pub name: Option<String>,
    /// `ON DELETE`.
    pub on_delete: Option<Action>,
    /// `on_delete = set_null(a)`: the columns to set; empty for all.
    pub on_delete_columns: Vec<String>,
    /// `ON UPDATE`.
    pub on_update: Option<Action>,
    /// `MATCH FULL`.
    pub match_full: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED` (implies `deferrable`).
    pub initially_deferred: bool,
    /// `NOT VALID`.
    pub not_valid: bool,
}

/// `ON DELETE` and `ON UPDATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `no_action`.
    NoAction,
    /// `restrict`.
    Restrict,
    /// `cascade`.
    Cascade,
    /// `set_null`.
    SetNull,
    /// `set_default`.
    SetDefault,
}

/// The options of an identity; `None` is Postgres's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `ALWAYS`.
    pub always: bool,
    /// The first value.
    pub start: Option<i64>,
    /// The step.
    pub increment: Option<i64>,
    /// The minimum value.
    pub min: Option<i64>,
    /// The maximum value.
    pub max: Option<i64>,
    /// The number of values that are allocated in advance.
    pub cache: Option<i64>,
    /// Whether the sequence restarts after its last value.
    pub cycle: bool,
}

/// A generated column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// An SQL expression.
    pub expression: String,
    /// Whether it is `virtual` (Postgres 18) instead of stored.
    pub is_virtual: bool,
}

/// An exclusion constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exclude {
    /// `room WITH =, during WITH &&`.
    pub elements: String,
    /// The access method; `gist` if omitted.
    pub method: Option<String>,
    /// `WHERE`: an SQL expression.
    pub predicate: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED` (implies `deferrable`).
    pub initially_deferred: bool,
}
