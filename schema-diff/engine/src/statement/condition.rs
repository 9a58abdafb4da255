//! The conditions under which a guard raises its error.

use super::Conversion;
use crate::model::{DataType, ForeignKey, TableName};

/// A condition on existing rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A table has a row for which a test holds.
    Rows {
        /// The table.
        table: TableName,
        /// The test.
        test: RowTest,
    },
    /// A table has more than one row.
    SeveralRows(TableName),
    /// A table has rows with equal keys.
    Duplicates {
        /// The table.
        table: TableName,
        /// The keys.
        keys: Vec<Key>,
        /// The predicate of a partial index.
        predicate: Option<String>,
        /// Whether NULL equals NULL.
        nulls_too: bool,
    },
    /// A table has rows whose foreign key refers to no row.
    Orphans {
        /// The referring table.
        table: TableName,
        /// The foreign key.
        key: ForeignKey,
        /// The referring columns, by the names that they have when the guard runs.
        columns: Vec<String>,
        /// The referenced table.
        references: TableName,
        /// The referenced columns.
        referenced_columns: Vec<String>,
    },
    /// Row security hides rows of the table from the role that runs the migration.
    RowSecurityActive(TableName),
}

/// A key of [`Condition::Duplicates`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A column.
    Column(String),
    /// An expression.
    Expression(String),
    /// A column after its type has changed.
    Converted {
        /// The column.
        column: String,
        /// How it is converted; `None` if Postgres converts it automatically.
        conversion: Option<Conversion>,
        /// The new type.
        data_type: DataType,
    },
}

/// A test on one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowTest {
    /// Holds for every row.
    Any,
    /// A column is NULL.
    Null(String),
    /// None of these columns is NULL.
    NotNull(Vec<String>),
    /// A number is neither 0 nor 1.
    NotZeroOrOne(String),
    /// A timestamp is not midnight in UTC.
    NoMidnight(String),
    /// The text of a value is a number with a leading zero.
    LeadingZero(String),
    /// A JSON value contains an object with duplicate keys.
    DuplicateKeys(String),
    /// An array has not exactly one element.
    NotOneElement(String),
    /// A cast changes the value.
    ChangedByCast {
        /// The column.
        column: String,
        /// The type that it is cast to.
        to: DataType,
        /// The type that it is cast back to and compared in; `None` to compare the texts.
        back: Option<DataType>,
    },
    /// A column has one of these labels.
    Label {
        /// The column.
        column: String,
        /// The labels.
        labels: Vec<String>,
        /// Whether the column is an array.
        array: bool,
    },
    /// A check expression is false.
    Breaks(String),
}

impl Condition {
    /// Returns whether the condition reads rows, which row security could hide.
    pub const fn reads_rows(&self) -> bool {
        !matches!(self, Self::RowSecurityActive(_))
    }
}

impl RowTest {
    /// Returns the columns that it reads, except those of an expression.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Any | Self::Breaks(_) => Vec::new(),
            Self::NotNull(columns) => columns.iter().map(String::as_str).collect(),
            Self::Null(column)
            | Self::NotZeroOrOne(column)
            | Self::NoMidnight(column)
            | Self::LeadingZero(column)
            | Self::DuplicateKeys(column)
            | Self::NotOneElement(column)
            | Self::ChangedByCast { column, .. }
            | Self::Label { column, .. } => vec![column],
        }
    }
}
