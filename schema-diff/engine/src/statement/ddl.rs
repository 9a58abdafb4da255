//! One statement.

use super::{
    Condition, RowChange, SequenceAction, TableAction,
    table::{ColumnAction, NewTable},
};
use crate::model::{
    Constraint, CustomType, DataType, Index, ObjectId, Policy, Publication, PublishedTable, QualifiedName,
    SequenceOptions, Statistics, TableName, TypeName,
};

/// A statement. Names are those that are valid when it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ddl {
    /// `CREATE SCHEMA IF NOT EXISTS`.
    CreateSchema(String),
    /// `CREATE EXTENSION IF NOT EXISTS`.
    CreateExtension {
        /// The extension.
        name: String,
        /// `WITH SCHEMA`.
        schema: Option<String>,
        /// Whether the extensions that it requires are created too.
        cascade: bool,
    },
    /// `CREATE COLLATION`, with its options as Postgres reads them.
    CreateCollation {
        /// The collation.
        name: QualifiedName,
        /// `provider = icu, locale = 'und'`.
        options: String,
    },
    /// `CREATE TYPE` or `CREATE DOMAIN`.
    CreateType {
        /// The type.
        name: TypeName,
        /// Its definition.
        of: Box<CustomType>,
    },
    /// `ALTER TYPE` or `ALTER DOMAIN`.
    AlterType {
        /// An [`ObjectId::Type`] or an [`ObjectId::Domain`].
        of: ObjectId,
        /// What changes.
        action: TypeAction,
    },
    /// `CREATE TABLE`.
    CreateTable(Box<NewTable>),
    /// `CREATE FOREIGN TABLE`.
    CreateForeignTable {
        /// The table.
        name: TableName,
        /// Its columns.
        columns: Vec<(String, DataType)>,
        /// Its server.
        server: String,
    },
    /// `CREATE FOREIGN DATA WRAPPER` and `CREATE SERVER` of the same name.
    CreateForeignServer(String),
    /// `ALTER TABLE`, or `ALTER TABLE ONLY`.
    AlterTable {
        /// The table.
        table: TableName,
        /// Whether the child tables and partitions are left unchanged.
        only: bool,
        /// What changes, in this order.
        actions: Vec<TableAction>,
    },
    /// `ADD CONSTRAINT ... USING INDEX`: a key from a unique index, which gets its name. If the index is missing, the key builds it on a small table,
    /// and raises an error on a large one.
    AdoptIndex {
        /// The table.
        table: TableName,
        /// The name of the index.
        index: String,
        /// The primary key or unique constraint.
        key: Box<Constraint>,
        /// The bytes from which the table is large.
        small: u64,
    },
    /// `ALTER VIEW` or `ALTER MATERIALIZED VIEW` of one column.
    AlterViewColumn {
        /// An [`ObjectId::View`] or an [`ObjectId::MaterializedView`].
        view: ObjectId,
        /// The column.
        column: String,
        /// What changes.
        action: ColumnAction,
    },
    /// `DROP` of an object that has a `DROP` statement; [`Ddl::AlterTable`] drops columns and constraints.
    Drop(ObjectId),
    /// `DROP INDEX CONCURRENTLY IF EXISTS`, outside of a transaction: an interrupted run may have dropped it.
    DropIndexConcurrently {
        /// The index.
        index: QualifiedName,
    },
    /// `DROP INDEX IF EXISTS`: a build that has failed may have left the index.
    DropIndexIfExists(QualifiedName),
    /// `CREATE INDEX`.
    CreateIndex {
        /// The table or materialized view.
        table: TableName,
        /// Whether the partitions get no index.
        only: bool,
        /// The index.
        index: Box<Index>,
        /// Whether the build blocks writes.
        build: Build,
    },
    /// `ALTER INDEX`.
    AlterIndex {
        /// The index.
        index: QualifiedName,
        /// What changes.
        action: IndexAction,
    },
    /// `CREATE SEQUENCE`.
    CreateSequence {
        /// The sequence.
        name: QualifiedName,
        /// Its options.
        options: SequenceOptions,
    },
    /// `ALTER SEQUENCE`.
    AlterSequence {
        /// The sequence.
        name: QualifiedName,
        /// What changes.
        action: SequenceAction,
    },
    /// `CREATE VIEW` or `CREATE MATERIALIZED VIEW`.
    CreateView {
        /// An [`ObjectId::View`] or an [`ObjectId::MaterializedView`].
        view: ObjectId,
        /// `security_barrier=true`.
        options: Vec<String>,
        /// Its query.
        query: String,
        /// Whether a materialized view is populated.
        with_data: bool,
    },
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`, `CREATE TRIGGER` or `CREATE RULE`.
    CreateCode {
        /// The object that it creates.
        id: ObjectId,
        /// The whole statement, as Postgres deparses it or the user wrote it.
        definition: String,
    },
    /// `CREATE POLICY`.
    CreatePolicy {
        /// The table.
        table: TableName,
        /// The policy.
        policy: Box<Policy>,
    },
    /// `CREATE STATISTICS`.
    CreateStatistics {
        /// The statistics object.
        name: QualifiedName,
        /// Its definition.
        of: Box<Statistics>,
    },
    /// `ALTER STATISTICS ... SET STATISTICS`.
    SetStatisticsTarget {
        /// The statistics object.
        name: QualifiedName,
        /// The target.
        target: i32,
    },
    /// `CREATE PUBLICATION`.
    CreatePublication {
        /// The publication.
        name: String,
        /// Its definition.
        of: Publication,
    },
    /// `ALTER PUBLICATION`.
    AlterPublication {
        /// The publication.
        name: String,
        /// The table.
        table: TableName,
        /// Whether the table is added or dropped.
        action: Publishing,
    },
    /// `COMMENT ON`.
    Comment {
        /// The object.
        on: ObjectId,
        /// The text; `None` removes it.
        text: Option<String>,
    },
    /// `ALTER ... OWNER TO`.
    Owner {
        /// The object.
        of: ObjectId,
        /// The role.
        role: String,
    },
    /// `GRANT`.
    Grant(Grants),
    /// `REVOKE`.
    Revoke(Revokes),
    /// Creates a role without `LOGIN` if it does not exist.
    CreateRole(String),
    /// `LOCK TABLE ... IN SHARE UPDATE EXCLUSIVE MODE`: Postgres ends an autovacuum of the tables, while others read and write them.
    LockTables(Vec<TableName>),
    /// `LOCK TABLE`, in this order.
    LockTablesExclusively(Vec<TableName>),
    /// `ANALYZE`.
    Analyze(TableName),
    /// A statement that changes rows.
    Rows(RowChange),
    /// Raises an error, before anything is changed, when a condition holds.
    Guard {
        /// The condition; with `None`, the error is always raised.
        condition: Option<Condition>,
        /// The error.
        message: String,
        /// Its hint.
        hint: String,
    },
    /// `SET`, `RESET` and similar statements.
    Set(Setting),
}

/// How an index is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Build {
    /// The build blocks writes.
    #[default]
    Locking,
    /// `CONCURRENTLY`, outside of a transaction.
    Concurrently,
}

/// What `ALTER TYPE` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeAction {
    /// `RENAME TO`.
    RenameTo(String),
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `RENAME VALUE ... TO`.
    RenameLabel {
        /// The previous label.
        from: String,
        /// The new label.
        to: String,
    },
    /// `ADD VALUE`.
    AddLabel {
        /// The label.
        label: String,
        /// Whether it may exist already.
        if_missing: bool,
        /// The position; `None` adds it as the last label.
        position: Option<LabelPosition>,
    },
}

/// The position of an added label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelPosition {
    /// Before this label.
    Before(String),
    /// After this label.
    After(String),
}

/// What `ALTER INDEX` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexAction {
    /// `RENAME TO`.
    RenameTo(String),
    /// `ALTER COLUMN n SET STATISTICS`.
    SetStatistics {
        /// The key, counted from 1.
        key: i16,
        /// The target.
        target: i32,
    },
    /// `SET (fillfactor = 70)`.
    SetOptions(Vec<String>),
    /// `ATTACH PARTITION`, of a partition's index.
    AttachPartition(QualifiedName),
}

/// A change of a publication's tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publishing {
    /// The table is added, with its column list and filter.
    Add(PublishedTable),
    /// It is dropped from the publication.
    Drop,
}

/// Privileges that are granted to a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    /// `SELECT`, `UPDATE`.
    pub privileges: Vec<String>,
    /// The column, if they are privileges on one column.
    pub column: Option<String>,
    /// The object.
    pub on: ObjectId,
    /// The role; `None` for `PUBLIC`.
    pub to: Option<String>,
    /// `WITH GRANT OPTION`.
    pub grantable: bool,
    /// The grantor, if it is not the role that runs the statement.
    pub by: Option<String>,
    /// Whether the statement does nothing if a role is missing: roles belong to the server, not to the schema.
    pub if_role_exists: bool,
}

/// Privileges that are revoked from a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revokes {
    /// `SELECT`, `UPDATE`.
    pub privileges: Vec<String>,
    /// The object.
    pub on: ObjectId,
    /// The role; `None` for `PUBLIC`.
    pub from: Option<String>,
    /// Whether the statement does nothing if the role is missing.
    pub if_role_exists: bool,
}

/// A setting of the transaction or session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Makes Postgres raise an error instead of hiding rows.
    RowSecurityOff,
    /// Ends [`Setting::RowSecurityOff`].
    RowSecurityReset,
    /// Allows functions to be created before the objects that their bodies use.
    FunctionBodiesUnchecked,
    /// Ends [`Setting::FunctionBodiesUnchecked`].
    FunctionBodiesChecked,
    /// Checks deferred constraints immediately.
    ConstraintsImmediate,
    /// Limits how long each statement of the transaction waits for a lock, in milliseconds.
    LockTimeout(u128),
    /// Runs the following statements of the transaction as another role.
    Role(String),
    /// Runs the following statements of the session as another role.
    SessionRole(String),
    /// Ends [`Setting::Role`].
    RoleReset,
}

/// Whether a statement can be part of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// It can.
    Inside,
    /// It cannot: Postgres refuses it inside a transaction.
    Outside,
}

impl Ddl {
    /// Returns an `ALTER TABLE` with one action.
    pub fn alter_table(table: &TableName, action: TableAction) -> Self {
        Self::AlterTable {
            table: table.clone(),
            only: false,
            actions: vec![action],
        }
    }

    /// Returns the table that the statement alters, drops or builds an index of.
    pub const fn altered_table(&self) -> Option<&TableName> {
        match self {
            Self::AlterTable { table, .. }
            | Self::AdoptIndex { table, .. }
            | Self::CreateIndex { table, .. }
            | Self::Drop(ObjectId::Table(table)) => Some(table),
            _ => None,
        }
    }

    /// Returns an `ALTER TABLE ... ALTER COLUMN` with one action.
    pub fn alter_column(table: &TableName, column: impl Into<String>, action: ColumnAction) -> Self {
        Self::alter_table(
            table,
            TableAction::AlterColumn {
                column: column.into(),
                action,
            },
        )
    }

    /// Returns the statement that sets a comment, if there is one.
    pub fn comment(on: ObjectId, text: Option<&str>) -> Option<Self> {
        text.map(|text| Self::Comment {
            on,
            text: Some(text.to_owned()),
        })
    }

    /// Returns whether the statement can be part of a transaction.
    pub const fn transaction(&self) -> Transaction {
        match self {
            Self::CreateIndex {
                build: Build::Concurrently,
                ..
            }
            | Self::DropIndexConcurrently { .. }
            | Self::Rows(RowChange::FillInBatches(_)) => Transaction::Outside,
            _ => Transaction::Inside,
        }
    }

    /// Returns whether the statement reads or changes rows, which row security could hide. `ALTER TABLE` always sees
    /// all rows.
    pub const fn reads_rows(&self) -> bool {
        match self {
            Self::Rows(_) => true,
            Self::Guard {
                condition: Some(condition),
                ..
            } => condition.reads_rows(),
            _ => false,
        }
    }
}
