//! When a guard raises its error.

use super::Conversion;
use crate::model::{DataType, ForeignKey, TableName};

/// A condition on the rows that exist.
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
        /// The predicate of the index.
        predicate: Option<String>,
        /// Whether NULL equals NULL.
        nulls_too: bool,
    },
    /// A table has rows that refer to no row.
    Orphans {
        /// The referring table.
        table: TableName,
        /// The foreign key.
        key: ForeignKey,
        /// The referring columns, under the names that they have then.
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
    /// A column as it is once its type has changed.
    Converted {
        /// The column.
        column: String,
        /// How it is converted; `None` where Postgres does so itself.
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
    /// All these columns have values.
    NotNull(Vec<String>),
    /// A number is neither 0 nor 1.
    NotZeroOrOne(String),
    /// A moment is no midnight in UTC.
    NoMidnight(String),
    /// A text has a number with a leading zero.
    LeadingZero(String),
    /// A JSON value has an object with a key twice.
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
    /// A check does not hold.
    Breaks(String),
}

impl Condition {
    /// Returns whether rows are read, which row security could hide.
    pub const fn reads_rows(&self) -> bool {
        !matches!(self, Self::RowSecurityActive(_))
    }
}
