//! One statement.

use super::{
    Condition, RowChange, SequenceAction, TableAction,
    table::{ColumnAction, NewTable},
};
use crate::model::{
    CustomType, DataType, Index, ObjectId, Policy, Publication, PublishedTable, QualifiedName, SequenceOptions,
    Statistics, TableName, TypeName,
};

/// A statement. Names are those that hold when it runs.
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
        /// Whether what it requires is created too.
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
        /// What it is.
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
        /// Whether its child tables and partitions stay as they are.
        only: bool,
        /// What changes, in this order.
        actions: Vec<TableAction>,
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
    /// `DROP` of an object of its own.
    Drop(ObjectId),
    /// `CREATE INDEX`.
    CreateIndex {
        /// The table or materialized view.
        table: TableName,
        /// Whether its partitions get none.
        only: bool,
        /// The index.
        index: Box<Index>,
        /// Whether writers wait.
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
        /// Whether a materialized view is filled.
        with_data: bool,
    },
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`, `CREATE TRIGGER` or `CREATE RULE`.
    CreateCode {
        /// What it creates.
        id: ObjectId,
        /// The whole statement, as Postgres prints it or the user wrote it.
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
        /// What it is about.
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
        /// What it is.
        of: Publication,
    },
    /// `ALTER PUBLICATION`.
    AlterPublication {
        /// The publication.
        name: String,
        /// The table.
        table: TableName,
        /// What becomes of the table.
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
    /// Creates a role without the right to log in, where it does not exist.
    CreateRole(String),
    /// A statement that changes rows.
    Rows(RowChange),
    /// Raises an error, before anything is changed, when a condition holds.
    Guard {
        /// The condition; `None` for always.
        condition: Option<Condition>,
        /// The error.
        message: String,
        /// Its hint.
        hint: String,
    },
    /// `SET`, `RESET` and the like.
    Set(Setting),
}

/// How an index is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Build {
    /// Writers wait.
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
        /// Where; the last one without.
        position: Option<LabelPosition>,
    },
}

/// Where a label is added.
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

/// What becomes of a table of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publishing {
    /// It is added, with its column list and condition.
    Add(PublishedTable),
    /// It is dropped from the publication.
    Drop,
}

/// Privileges that one role gets from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    /// `SELECT`, `UPDATE`.
    pub privileges: Vec<String>,
    /// The column, where they are about one.
    pub column: Option<String>,
    /// The object.
    pub on: ObjectId,
    /// The role; `None` for `PUBLIC`.
    pub to: Option<String>,
    /// `WITH GRANT OPTION`.
    pub grantable: bool,
    /// The role that grants them, where it is not the one that runs the statement.
    pub by: Option<String>,
    /// Whether the statement does nothing where a role is missing: roles belong to the server, not to the schema.
    pub if_role_exists: bool,
}

/// Privileges that a role loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revokes {
    /// `SELECT`, `UPDATE`.
    pub privileges: Vec<String>,
    /// The object.
    pub on: ObjectId,
    /// The role; `None` for `PUBLIC`.
    pub from: Option<String>,
    /// Whether the statement does nothing where the role is missing.
    pub if_role_exists: bool,
}

/// A setting of the transaction or session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Makes Postgres refuse a statement rather than hide rows from it.
    RowSecurityOff,
    /// Ends [`Setting::RowSecurityOff`].
    RowSecurityReset,
    /// Creates functions before what their bodies use.
    FunctionBodiesUnchecked,
    /// Ends [`Setting::FunctionBodiesUnchecked`].
    FunctionBodiesChecked,
    /// Makes deferred checks run now.
    ConstraintsImmediate,
    /// Runs what follows, in this transaction, as another role.
    Role(String),
    /// Ends [`Setting::Role`].
    RoleReset,
}

/// Whether a statement can be part of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// It can.
    Inside,
    /// Postgres refuses it there.
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

    /// Returns whether it can be part of a transaction.
    pub const fn transaction(&self) -> Transaction {
        match self {
            Self::CreateIndex {
                build: Build::Concurrently,
                ..
            } => Transaction::Outside,
            _ => Transaction::Inside,
        }
    }

    /// Returns whether it reads or changes rows itself, which row security could hide from it. `ALTER TABLE` sees all of them.
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
