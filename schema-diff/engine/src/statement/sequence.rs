//! `ALTER SEQUENCE` as data.

use crate::model::{DataType, TableName};

/// One action of `ALTER SEQUENCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SequenceAction {
    /// Options, in this order.
    Options(Vec<SequenceOption>),
    /// `OWNED BY` a column of a table, or `NONE`.
    OwnedBy(Option<(TableName, String)>),
    /// `RENAME TO`.
    RenameTo(String),
}

/// One option of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SequenceOption {
    /// `AS`.
    DataType(DataType),
    /// `INCREMENT BY`.
    Increment(i64),
    /// `MINVALUE`.
    Min(i64),
    /// `MAXVALUE`.
    Max(i64),
    /// `START WITH`.
    Start(i64),
    /// `CACHE`.
    Cache(i64),
    /// `CYCLE` or `NO CYCLE`.
    Cycle(bool),
}
