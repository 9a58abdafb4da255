//! Typed names for every kind of object.

use super::{
    name::{QualifiedName, TableName, TypeName},
    path::plain_part,
};

/// The identity of an object of a database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectId {
    /// A schema (namespace).
    Schema(String),
    /// An extension.
    Extension(String),
    /// A table, partitioned or not.
    Table(TableName),
    /// A view.
    View(TableName),
    /// A materialized view.
    MaterializedView(TableName),
    /// A column of a table or view.
    Column {
        /// The table or view.
        relation: TableName,
        /// The column.
        name: String,
    },
    /// A constraint of a table.
    Constraint {
        /// The table.
        table: TableName,
        /// The constraint.
        name: String,
    },
    /// A check of a domain.
    DomainConstraint {
        /// The domain.
        domain: TypeName,
        /// The check.
        name: String,
    },
    /// An index, also one that belongs to a constraint.
    Index(QualifiedName),
    /// A sequence, owned by a column or not.
    Sequence(QualifiedName),
    /// A type other than a domain.
    Type(TypeName),
    /// A domain.
    Domain(TypeName),
    /// A label of an enum type.
    Label {
        /// The enum type.
        of: TypeName,
        /// The label.
        name: String,
    },
    /// A function.
    Function(Routine),
    /// A procedure.
    Procedure(Routine),
    /// A trigger of a table or view.
    Trigger {
        /// The table or view.
        relation: TableName,
        /// The trigger.
        name: String,
    },
    /// A rewrite rule of a table or view.
    Rule {
        /// The table or view.
        relation: TableName,
        /// The rule.
        name: String,
    },
    /// A row security policy.
    Policy {
        /// The table.
        table: TableName,
        /// The policy.
        name: String,
    },
    /// Extended statistics.
    Statistics(QualifiedName),
}

/// The identity of a function or procedure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Routine {
    /// Its schema.
    pub schema: String,
    /// Its name with the types of its arguments, as `regprocedure` prints it: `app.slug(text)`.
    pub signature: String,
}

impl ObjectId {
    /// Returns the name of the object as the user writes it: only the name for a column, a label and other objects of a
    /// relation or type, and without `public` for objects in a schema.
    pub fn name(&self) -> String {
        match self {
            Self::Schema(name)
            | Self::Extension(name)
            | Self::Column { name, .. }
            | Self::Constraint { name, .. }
            | Self::DomainConstraint { name, .. }
            | Self::Label { name, .. }
            | Self::Trigger { name, .. }
            | Self::Rule { name, .. }
            | Self::Policy { name, .. } => name.clone(),
            Self::Table(name)
            | Self::View(name)
            | Self::MaterializedView(name)
            | Self::Index(name)
            | Self::Sequence(name)
            | Self::Statistics(name) => name.plain(),
            Self::Type(name) | Self::Domain(name) => name.plain(),
            Self::Function(routine) | Self::Procedure(routine) => routine.signature.clone(),
        }
    }

    /// Returns the object's path as options write it, with the names of the objects to which it belongs:
    /// `app.users.mail`.
    pub fn path(&self) -> String {
        let own = |of: &QualifiedName, name: &str| format!("{}.{}", of.plain(), plain_part(name));
        match self {
            Self::Column { relation: of, name }
            | Self::Constraint { table: of, name }
            | Self::Trigger { relation: of, name }
            | Self::Rule { relation: of, name }
            | Self::Policy { table: of, name } => own(of, name),
            Self::DomainConstraint { domain: of, name } | Self::Label { of, name } => own(of, name),
            Self::Schema(name) | Self::Extension(name) => plain_part(name),
            _ => self.name(),
        }
    }

    /// Returns the identity of a column.
    pub fn column(relation: &TableName, name: impl Into<String>) -> Self {
        Self::Column {
            relation: relation.clone(),
            name: name.into(),
        }
    }

    /// Returns the identity of a constraint of a table.
    pub fn constraint(table: &TableName, name: impl Into<String>) -> Self {
        Self::Constraint {
            table: table.clone(),
            name: name.into(),
        }
    }

    /// Returns the identity of a policy of a table.
    pub fn policy(table: &TableName, name: impl Into<String>) -> Self {
        Self::Policy {
            table: table.clone(),
            name: name.into(),
        }
    }

    /// Returns the identity of a view, materialized or not.
    pub fn view(name: &TableName, is_materialized: bool) -> Self {
        if is_materialized {
            Self::MaterializedView(name.clone())
        } else {
            Self::View(name.clone())
        }
    }

    /// Returns the identity of a type; a domain has its own kind of identity.
    pub fn custom_type(name: &TypeName, is_domain: bool) -> Self {
        if is_domain {
            Self::Domain(name.clone())
        } else {
            Self::Type(name.clone())
        }
    }
}
