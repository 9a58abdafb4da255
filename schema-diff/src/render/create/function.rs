//! `CREATE FUNCTION` and `CREATE PROCEDURE`.

use crate::model::Function;

/// Creates a function or procedure, or replaces it.
pub fn function(function: &Function) -> String {
    function.definition.clone()
}
