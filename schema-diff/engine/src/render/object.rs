//! Objects as `COMMENT ON`, `ALTER ... OWNER TO`, `GRANT ... ON` and `DROP` name them.

use super::ident;
use crate::model::{DataType, ObjectId, TypeName};

/// Renders an object as `COMMENT ON` and `DROP` name it: `TABLE app.t`, `COLUMN app.t.c`, `CONSTRAINT k ON app.t`.
pub(super) fn named(id: &ObjectId) -> String {
    match id {
        ObjectId::Schema(name) => format!("SCHEMA {}", ident(name)),
        ObjectId::Extension(name) => format!("EXTENSION {}", ident(name)),
        ObjectId::Table(name) => format!("TABLE {name}"),
        ObjectId::View(name) => format!("VIEW {name}"),
        ObjectId::MaterializedView(name) => format!("MATERIALIZED VIEW {name}"),
        ObjectId::Column { relation, name } => format!("COLUMN {relation}.{}", ident(name)),
        ObjectId::Constraint { table, name } => format!("CONSTRAINT {} ON {table}", ident(name)),
        ObjectId::DomainConstraint { domain, name } => {
            format!("CONSTRAINT {} ON DOMAIN {}", ident(name), type_name(domain))
        }
        ObjectId::Index(name) => format!("INDEX {name}"),
        ObjectId::Sequence(name) => format!("SEQUENCE {name}"),
        ObjectId::Type(name) => format!("TYPE {}", type_name(name)),
        ObjectId::Domain(name) => format!("DOMAIN {}", type_name(name)),
        // A label has no statements; the statements of its type name it.
        ObjectId::Label { of, .. } => format!("TYPE {}", type_name(of)),
        ObjectId::Function(routine) => format!("FUNCTION {}", routine.signature),
        ObjectId::Procedure(routine) => format!("PROCEDURE {}", routine.signature),
        ObjectId::Trigger { relation, name } => format!("TRIGGER {} ON {relation}", ident(name)),
        ObjectId::Rule { relation, name } => format!("RULE {} ON {relation}", ident(name)),
        ObjectId::Policy { table, name } => format!("POLICY {} ON {table}", ident(name)),
        ObjectId::Statistics(name) => format!("STATISTICS {name}"),
    }
}

/// Renders an object as `GRANT ... ON` names it: `app.t`, `TYPE app.e`, `SEQUENCE app.s`.
pub(super) fn granted(id: &ObjectId) -> String {
    match id {
        ObjectId::Table(name) | ObjectId::View(name) | ObjectId::MaterializedView(name) => name.to_string(),
        ObjectId::Domain(name) => format!("TYPE {}", type_name(name)),
        other => named(other),
    }
}

/// Renders `DROP TABLE app.t`.
pub(super) fn drop(id: &ObjectId) -> String {
    format!("DROP {}", named(id))
}

/// Renders a type's name as a column's type has it, so that `public.text` is not mistaken for the built-in type.
pub(super) fn type_name(name: &TypeName) -> String {
    DataType::named(name.clone()).to_string()
}
