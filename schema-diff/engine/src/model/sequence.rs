//! Sequences and their options.

use serde::{Deserialize, Serialize};

use super::{data_type::DataType, name::QualifiedName};

/// The options of `CREATE SEQUENCE`. The current value is data, not schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// `smallint`, `integer` or `bigint`.
    pub data_type: DataType,
    /// The first value.
    pub start: i64,
    /// The increment.
    pub increment: i64,
    /// The minimum value.
    pub min: i64,
    /// The maximum value.
    pub max: i64,
    /// The number of values that a session preallocates.
    pub cache: i64,
    /// Whether it restarts after the last value.
    pub cycle: bool,
}

impl SequenceOptions {
    /// Returns Postgres's defaults for an ascending sequence of an integer type.
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

/// A sequence that belongs to a column (`OWNED BY`), as `serial` creates it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedSequence {
    /// Its name.
    pub name: QualifiedName,
    /// Its options.
    pub options: SequenceOptions,
}
