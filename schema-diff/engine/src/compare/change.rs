//! The differences between before and after, one object at a time.

use crate::model::{Pair, TableName, TypeName};

/// One difference. Names are those of the after schema if the object exists there, otherwise those of the before
/// schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A schema (namespace) is new.
    CreateNamespace(String),
    /// A schema (namespace) is dropped.
    DropNamespace(String),
    /// An extension is needed.
    CreateExtension(String),
    /// An extension is no longer needed.
    DropExtension(String),
    /// A type is new.
    CreateType(TypeName),
    /// A type is dropped.
    DropType(TypeName),
    /// An enum type is renamed or moves to another schema.
    RenameType(Pair<TypeName>),
    /// The labels of an enum type differ.
    AlterEnum {
        /// The type's names.
        name: Pair<TypeName>,
        /// The difference.
        edit: EnumEdit,
    },
    /// A table is new.
    CreateTable(TableName),
    /// A table is dropped.
    DropTable(TableName),
    /// A table is renamed or moves to another schema.
    RenameTable(Pair<TableName>),
    /// A table's own properties differ; its columns, constraints and so on have separate changes.
    AlterTable {
        /// Its names.
        table: Pair<TableName>,
        /// The properties that differ.
        delta: TableDelta,
    },
    /// A column is new.
    AddColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its name after.
        column: String,
    },
    /// A column is dropped.
    DropColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its name before.
        column: String,
    },
    /// A column is renamed.
    RenameColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its names.
        column: Pair<String>,
    },
    /// A column's properties differ.
    AlterColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its names.
        column: Pair<String>,
        /// The properties that differ.
        delta: ColumnDelta,
    },
    /// A sequence is renamed.
    RenameSequence(Pair<TableName>),
    /// A constraint is new.
    AddConstraint {
        /// Its table.
        table: Pair<TableName>,
        /// Its name after.
        name: String,
    },
    /// A constraint is dropped.
    DropConstraint {
        /// Its table.
        table: Pair<TableName>,
        /// Its name before.
        name: String,
    },
    /// A constraint is renamed.
    RenameConstraint {
        /// Its table.
        table: Pair<TableName>,
        /// Its names.
        name: Pair<String>,
    },
    /// An index is new.
    CreateIndex {
        /// Its table.
        table: Pair<TableName>,
        /// Its name after.
        name: String,
    },
    /// An index is dropped.
    DropIndex {
        /// Its table.
        table: Pair<TableName>,
        /// Its name before.
        name: String,
    },
    /// An index is renamed.
    RenameIndex {
        /// Its table.
        table: Pair<TableName>,
        /// Its names.
        name: Pair<String>,
    },
    /// A policy is new.
    CreatePolicy {
        /// Its table.
        table: Pair<TableName>,
        /// Its name.
        name: String,
    },
    /// A policy is dropped.
    DropPolicy {
        /// Its table.
        table: Pair<TableName>,
        /// Its name.
        name: String,
    },
    /// A view is new.
    CreateView(TableName),
    /// A view is dropped.
    DropView(TableName),
    /// A view's query differs.
    ReplaceView(TableName),
}

/// How an enum's labels change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnumEdit {
    /// Renamed labels.
    pub renamed: Vec<Pair<String>>,
    /// New labels, each with the label before it (`None`: the first). Listed even if the type has to be recreated.
    pub added: Vec<(String, Option<String>)>,
    /// Removed labels, under their names after: the type has to be recreated.
    pub removed: Vec<String>,
    /// Whether the order changes: the type has to be recreated.
    pub reordered: bool,
}

/// The properties in which a table differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableDelta {
    /// Its comment.
    pub comment: bool,
    /// Its storage parameters.
    pub options: bool,
}

impl TableDelta {
    /// Returns whether any property differs.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// The properties in which a column differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one flag a fact")]
pub struct ColumnDelta {
    /// Its type.
    pub data_type: bool,
    /// Its collation.
    pub collation: bool,
    /// Whether it is nullable.
    pub nullable: bool,
    /// Its default.
    pub default: bool,
    /// Its identity.
    pub identity: bool,
    /// The sequence that it owns.
    pub sequence: bool,
    /// The expression that it is generated from.
    pub generated: bool,
    /// Its comment.
    pub comment: bool,
    /// Its storage settings.
    pub settings: bool,
}

impl ColumnDelta {
    /// Returns whether any property differs.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}
