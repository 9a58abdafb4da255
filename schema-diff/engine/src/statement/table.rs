//! `CREATE TABLE` and `ALTER TABLE` as data.

use super::SequenceOption;
use crate::model::{Column, Constraint, DataType, Identity, QualifiedName, ReplicaIdentity, TableName, TypeName};

/// A table as `CREATE TABLE` creates it, without what separate statements add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTable {
    /// Its name.
    pub name: TableName,
    /// `UNLOGGED`.
    pub unlogged: bool,
    /// Its columns as they are written: a column whose domain is NOT NULL is nullable here.
    pub columns: Vec<Column>,
    /// The column after which `PRIMARY KEY` is written.
    pub key_column: Option<String>,
    /// Its constraints, in their order.
    pub constraints: Vec<NewConstraint>,
    /// `INHERITS`.
    pub inherits: Vec<TableName>,
    /// `PARTITION BY`.
    pub partition_key: Option<String>,
    /// `WITH`.
    pub options: Vec<String>,
}

impl NewTable {
    /// Returns a table without columns.
    pub fn new(name: &TableName) -> Self {
        Self {
            name: name.clone(),
            unlogged: false,
            columns: Vec::new(),
            key_column: None,
            constraints: Vec::new(),
            inherits: Vec::new(),
            partition_key: None,
            options: Vec::new(),
        }
    }
}

/// A constraint that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConstraint {
    /// The constraint.
    pub constraint: Constraint,
    /// Whether its name is written; if not, Postgres chooses the same name.
    pub is_named: bool,
}

/// One action of `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableAction {
    /// `ADD COLUMN`.
    AddColumn(Box<Column>),
    /// `DROP COLUMN`.
    DropColumn(String),
    /// `ALTER COLUMN`.
    AlterColumn {
        /// The column.
        column: String,
        /// What changes.
        action: ColumnAction,
    },
    /// `ADD CONSTRAINT`.
    AddConstraint(Box<NewConstraint>),
    /// `DROP CONSTRAINT`.
    DropConstraint(String),
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint(String),
    /// `RENAME TO`.
    RenameTo(String),
    /// `RENAME COLUMN ... TO`.
    RenameColumn {
        /// The previous name.
        from: String,
        /// The new name.
        to: String,
    },
    /// `RENAME CONSTRAINT ... TO`.
    RenameConstraint {
        /// The previous name.
        from: String,
        /// The new name.
        to: String,
    },
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `INHERIT`.
    Inherit(TableName),
    /// `ATTACH PARTITION`.
    AttachPartition {
        /// The partition.
        partition: TableName,
        /// `FOR VALUES ...` or `DEFAULT`.
        bound: String,
    },
    /// `OF`.
    OfType(TypeName),
    /// `SET (...)`: storage parameters.
    SetOptions(Vec<String>),
    /// `RESET (...)`, by their names.
    ResetOptions(Vec<String>),
    /// `ENABLE ROW LEVEL SECURITY`.
    EnableRowSecurity,
    /// `FORCE ROW LEVEL SECURITY`, or `NO FORCE`.
    ForceRowSecurity(bool),
    /// `CLUSTER ON`.
    ClusterOn(String),
    /// `REPLICA IDENTITY`.
    ReplicaIdentity(ReplicaIdentity),
    /// `ENABLE TRIGGER`, `DISABLE TRIGGER`, ...
    Trigger {
        /// The trigger.
        name: String,
        /// When it fires.
        firing: Firing,
    },
    /// `ENABLE RULE`, `DISABLE RULE`, ...
    Rule {
        /// The rule.
        name: String,
        /// When it fires.
        firing: Firing,
    },
}

/// One action of `ALTER COLUMN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnAction {
    /// `SET DEFAULT`.
    SetDefault(String),
    /// `DROP DEFAULT`.
    DropDefault,
    /// `SET NOT NULL`.
    SetNotNull,
    /// `DROP NOT NULL`.
    DropNotNull,
    /// `TYPE`.
    SetType {
        /// The new type, by the name that it has when the statement runs.
        data_type: DataType,
        /// `COLLATE`.
        collation: Option<QualifiedName>,
        /// `USING`; `None` if Postgres converts the values automatically.
        using: Option<Conversion>,
    },
    /// `ADD GENERATED ... AS IDENTITY`.
    AddIdentity(Box<Identity>),
    /// `SET GENERATED`, `SET START WITH`, `RESTART`, ...
    SetIdentity(IdentityChange),
    /// `DROP IDENTITY`.
    DropIdentity,
    /// `DROP EXPRESSION`.
    DropExpression,
    /// `SET STATISTICS`.
    SetStatistics(i32),
    /// `SET STORAGE`.
    SetStorage(String),
    /// `SET COMPRESSION`.
    SetCompression(String),
    /// `SET (n_distinct = 5)`.
    SetOptions(Vec<String>),
    /// `RESET (n_distinct)`.
    ResetOptions(Vec<String>),
}

/// What changes of an identity column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityChange {
    /// `SET GENERATED ALWAYS` or `BY DEFAULT`.
    pub always: Option<bool>,
    /// Options of its sequence.
    pub options: Vec<SequenceOption>,
    /// `RESTART WITH`.
    pub restart: Option<i64>,
}

impl IdentityChange {
    /// Returns whether nothing changes.
    pub const fn is_empty(&self) -> bool {
        self.always.is_none() && self.options.is_empty() && self.restart.is_none()
    }
}

/// How the values of a column are converted to its new type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// By an expression that the user decided.
    Expression(String),
    /// By a cast.
    Cast,
    /// Through a text, or through an array of texts.
    ThroughText {
        /// Whether the values are arrays.
        array: bool,
    },
    /// Through an integer, or through an array of integers.
    ThroughInteger {
        /// Whether the values are arrays.
        array: bool,
    },
    /// Between a timestamp with and one without a time zone, in UTC.
    AtUtc,
    /// From a date to its midnight in UTC.
    MidnightUtc,
    /// From a timestamp to its date in UTC.
    DateUtc,
    /// From a number to a boolean: whether it is not zero.
    NotZero,
    /// From a text to its bytes in UTF-8.
    ToUtf8,
    /// From bytes to the text that they encode in UTF-8.
    FromUtf8,
    /// From a value to an array of one element.
    IntoArray(Element),
    /// From an array to its first element.
    OutOfArray(Element),
    /// No conversion exists: every value becomes NULL.
    Null,
}

/// How one element of an array is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// By a cast.
    Cast,
    /// Through a text.
    ThroughText,
    /// Through an integer.
    ThroughInteger,
}

/// When a trigger or rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firing {
    /// Never.
    Disabled,
    /// Except while changes are replicated: the default.
    Origin,
    /// Only while changes are replicated.
    Replica,
    /// Always.
    Always,
}

impl Firing {
    /// Reads `tgenabled` or `ev_enabled`.
    pub const fn of(enabled: char) -> Self {
        match enabled {
            'D' => Self::Disabled,
            'R' => Self::Replica,
            'A' => Self::Always,
            _ => Self::Origin,
        }
    }
}
