//! `CREATE SEQUENCE`.

use crate::{
    model::{QualifiedName, SequenceOptions, TableName},
    statement::{Ddl, SequenceAction},
};

/// Creates a sequence that no column owns yet.
pub fn sequence(name: &QualifiedName, options: &SequenceOptions) -> Ddl {
    Ddl::CreateSequence {
        name: name.clone(),
        options: options.clone(),
    }
}

/// Makes a column the owner of a sequence.
pub fn owned_by(sequence: &QualifiedName, table: &TableName, column: &str) -> Ddl {
    Ddl::AlterSequence {
        name: sequence.clone(),
        action: SequenceAction::OwnedBy(Some((table.clone(), column.to_owned()))),
    }
}
