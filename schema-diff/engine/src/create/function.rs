//! `CREATE FUNCTION` and `CREATE PROCEDURE`.

use crate::{
    model::{Function, ObjectId, Routine},
    statement::Ddl,
};

/// Creates a function or procedure, or replaces it.
pub fn function(signature: &str, function: &Function) -> Ddl {
    Ddl::CreateCode {
        id: routine(signature, function),
        definition: function.definition.clone(),
    }
}

/// Returns the identity of a function or procedure.
pub fn routine(signature: &str, function: &Function) -> ObjectId {
    let routine = Routine {
        schema: function.name.schema.clone(),
        signature: signature.to_owned(),
    };
    if function.definition.starts_with("CREATE OR REPLACE PROCEDURE") {
        ObjectId::Procedure(routine)
    } else {
        ObjectId::Function(routine)
    }
}
