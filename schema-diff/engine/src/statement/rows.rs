//! Statements that change rows.

use super::TableAction;
use crate::model::{DataType, QualifiedName, SequenceOptions, TableName};

/// A change of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// `UPDATE t SET c = value`.
    Fill {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// An expression over the table's columns.
        value: String,
        /// Whether only rows that are NULL are filled.
        only_null: bool,
    },
    /// Fills the rows in which columns are NULL, in batches that commit; it runs outside of a transaction.
    FillInBatches(Box<Batches>),
    /// Gives every row a distinct number.
    Number {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// The type that the numbers are cast to.
        data_type: DataType,
    },
    /// Inserts the rows that another table's foreign key refers to.
    InsertReferenced {
        /// The table.
        table: TableName,
        /// Its key columns.
        columns: Vec<String>,
        /// The table that refers to them.
        from: TableName,
        /// Its columns, in the order of the key columns.
        from_columns: Vec<String>,
        /// The other columns: name, value, type.
        others: Vec<(String, String, DataType)>,
        /// Whether a key column is `GENERATED ALWAYS`.
        overriding: bool,
    },
    /// Sets a sequence to the position of another one.
    CopyPosition {
        /// The sequence that has the position.
        from: QualifiedName,
        /// The sequence that is set.
        to: QualifiedName,
    },
    /// Sets a column's sequence to continue after the existing values.
    ContinueSequence {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// The sequence's options.
        options: SequenceOptions,
    },
}

/// Columns that are filled in batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batches {
    /// The table.
    pub table: TableName,
    /// The columns, each with an expression over the table's columns.
    pub columns: Vec<(String, String)>,
    /// The columns of the table's primary key, in whose order the rows are filled.
    pub key: Vec<String>,
    /// How long a batch waits for what other sessions hold, in milliseconds; then it is tried again with fewer rows.
    pub lock_timeout: u128,
    /// Whether row security may hide rows.
    pub row_security: bool,
    /// What disables the triggers and rules of the table before each batch.
    pub disable: Vec<TableAction>,
    /// What enables them after it.
    pub enable: Vec<TableAction>,
}
