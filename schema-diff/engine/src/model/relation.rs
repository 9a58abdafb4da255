//! Tables and the objects that belong to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    by_name::ByName,
    column::Column,
    constraint::{Constraint, ConstraintKind},
    index::Index,
    name::{ColumnRef, QualifiedName, TableName, TypeName},
    privilege::Grant,
    replication::Replication,
};

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Its kind: ordinary, partitioned or foreign.
    pub kind: TableKind,
    /// Its columns in their order.
    pub columns: Vec<Column>,
    /// Its constraints by name, primary key included.
    pub constraints: ByName<Constraint>,
    /// Its indexes by name, without those of constraints.
    pub indexes: ByName<Index>,
    /// Its triggers by name, without those of constraints.
    pub triggers: BTreeMap<String, Trigger>,
    /// Its row security policies by name.
    pub policies: BTreeMap<String, Policy>,
    /// Its rewrite rules by name.
    pub rules: BTreeMap<String, Rule>,
    /// `ENABLE ROW LEVEL SECURITY`.
    pub row_security: bool,
    /// `FORCE ROW LEVEL SECURITY`.
    pub force_row_security: bool,
    /// `UNLOGGED`.
    pub unlogged: bool,
    /// Storage parameters (`fillfactor=70`), sorted.
    pub options: Vec<String>,
    /// `COMMENT ON TABLE`.
    pub comment: Option<String>,
    /// The role that owns it.
    pub owner: String,
    /// Privileges of roles other than the owner.
    pub grants: Vec<Grant>,
    /// Privileges that were revoked from the owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked_from_owner: Vec<String>,
    /// The parent and the bound, if it is a partition.
    pub partition_of: Option<Partition>,
    /// Parents by plain inheritance.
    pub inherits: Vec<TableName>,
    /// The composite type of a typed table (`CREATE TABLE ... OF`).
    pub of_type: Option<TypeName>,
    /// Its replica identity and publications.
    pub replication: Replication,
}

/// The kind of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableKind {
    /// A table that stores rows itself.
    Ordinary,
    /// A partitioned table.
    Partitioned {
        /// The strategy and key, as `pg_get_partkeydef` prints them: `RANGE (at)`.
        key: String,
    },
    /// A table on a foreign server.
    Foreign {
        /// The server's name.
        server: String,
        /// Its options, in the form of `OPTIONS (...)`.
        options: Vec<String>,
    },
}

/// The place of a partition in its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The partitioned table.
    pub parent: TableName,
    /// `FOR VALUES ...` or `DEFAULT`.
    pub bound: String,
}

/// A trigger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// `CREATE TRIGGER ...`, as `pg_get_triggerdef` prints it.
    pub definition: String,
    /// `O` origin (the default), `D` disabled, `R` replica, `A` always.
    pub enabled: char,
    /// The columns that it names, in `UPDATE OF` or `WHEN`.
    pub depends_on: Vec<ColumnRef>,
    /// `COMMENT ON TRIGGER`.
    pub comment: Option<String>,
}

/// A row security policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Whether it is `PERMISSIVE`, not `RESTRICTIVE`.
    pub permissive: bool,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    /// The roles to which it applies; empty for `PUBLIC`.
    pub roles: Vec<String>,
    /// `USING (...)`, as deparsed by Postgres, without the outer parentheses.
    pub using: Option<String>,
    /// `WITH CHECK (...)`, in the same form.
    pub check: Option<String>,
    /// The columns that it reads, of this table and others.
    pub depends_on: Vec<ColumnRef>,
    /// `COMMENT ON POLICY`.
    pub comment: Option<String>,
}

/// A rewrite rule, except a view's `_RETURN`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// `CREATE RULE ...`, as `pg_get_ruledef` prints it.
    pub definition: String,
    /// The columns that it reads.
    pub depends_on: Vec<ColumnRef>,
    /// `O` origin (the default), `D` disabled, `R` replica, `A` always.
    #[serde(default = "origin", skip_serializing_if = "is_origin")]
    pub enabled: char,
    /// `COMMENT ON RULE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

const fn origin() -> char {
    'O'
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_origin(enabled: &char) -> bool {
    *enabled == 'O'
}

impl Table {
    /// Returns a table's parents: those that it inherits from, or the partitioned table of a partition.
    pub fn parents(&self) -> impl Iterator<Item = &TableName> {
        let whole = self.partition_of.iter().map(|partition| &partition.parent);
        self.inherits.iter().chain(whole)
    }

    /// Returns whether it is a partition of a table.
    pub fn is_partition_of(&self, name: &TableName) -> bool {
        self.partition_of.as_ref().is_some_and(|of| of.parent == *name)
    }

    /// Returns whether it is an ordinary table without a parent, and not of a composite type.
    pub fn has_no_origin(&self) -> bool {
        self.kind == TableKind::Ordinary && self.parents().next().is_none() && self.of_type.is_none()
    }

    /// Returns the `BEFORE` triggers that fire from a name on: triggers fire in the order of the bytes of their names.
    pub fn before_triggers_from(&self, name: &str) -> impl Iterator<Item = &Trigger> {
        let is_later = move |own: &&Trigger| own.definition.contains(" BEFORE ") && own.name.as_str() >= name;
        self.triggers.values().filter(is_later)
    }

    /// Creates a table without columns.
    pub fn new(name: TableName) -> Self {
        Self {
            name,
            kind: TableKind::Ordinary,
            columns: Vec::new(),
            constraints: ByName::default(),
            indexes: ByName::default(),
            triggers: BTreeMap::new(),
            policies: BTreeMap::new(),
            rules: BTreeMap::new(),
            row_security: false,
            force_row_security: false,
            unlogged: false,
            options: Vec::new(),
            comment: None,
            owner: String::new(),
            grants: Vec::new(),
            revoked_from_owner: Vec::new(),
            partition_of: None,
            inherits: Vec::new(),
            of_type: None,
            replication: Replication::default(),
        }
    }

    /// Returns a column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Returns a column by name, mutably.
    pub fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    /// Returns the primary key constraint.
    pub fn primary_key(&self) -> Option<&Constraint> {
        self.constraints
            .values()
            .find(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }))
    }

    /// Returns the primary key's columns in key order; empty without a primary key.
    pub fn primary_key_columns(&self) -> &[String] {
        match self.primary_key().map(|constraint| &constraint.kind) {
            Some(ConstraintKind::PrimaryKey { columns, .. }) => columns,
            _ => &[],
        }
    }

    /// Returns the foreign key constraints.
    pub fn foreign_keys(&self) -> impl Iterator<Item = &Constraint> {
        self.constraints
            .values()
            .filter(|constraint| constraint.foreign_key().is_some())
    }

    /// Returns the sequences that belong to its columns, those of `serial` and identity columns.
    pub fn sequences(&self) -> impl Iterator<Item = &QualifiedName> {
        self.columns.iter().filter_map(|column| {
            column
                .sequence
                .as_ref()
                .map(|own| &own.name)
                .or(column.identity.as_ref().map(|own| &own.sequence))
        })
    }
}
