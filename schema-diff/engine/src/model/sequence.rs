//! Sequences, as far as a column owns them.

use serde::{Deserialize, Serialize};

use super::{data_type::DataType, name::QualifiedName};

/// What `CREATE SEQUENCE` takes; the position it has reached is data, not schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// `smallint`, `integer` or `bigint`.
    pub data_type: DataType,
    /// First value.
    pub start: i64,
    /// Step.
    pub increment: i64,
    /// Least value.
    pub min: i64,
    /// Greatest value.
    pub max: i64,
    /// How many a session takes ahead.
    pub cache: i64,
    /// Begins again at the end.
    pub cycle: bool,
}

impl SequenceOptions {
    /// What Postgres gives a sequence of an integer type when nothing is said.
    pub fn default_for(data_type: &DataType) -> Self {
        let max = match data_type.builtin_name() {
            Some("int2") => i64::from(i16::MAX),
            Some("int4") => i64::from(i32::MAX),
            _ => i64::MAX,
        };
        Self {
            data_type: data_type.clone(),
            start: 1,
            increment: 1,
            min: 1,
            max,
            cache: 1,
            cycle: false,
        }
    }
}

/// A sequence that belongs to a column (`OWNED BY`), as `serial` makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedSequence {
    /// Its name.
    pub name: QualifiedName,
    /// Its options.
    pub options: SequenceOptions,
}
