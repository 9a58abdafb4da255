//! What differs between before and after, one object at a time.

use crate::model::{Pair, TableName, TypeName};

/// One difference. Names are those of after where there is an after, else those of before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A schema (namespace) is new.
    CreateNamespace(String),
    /// A schema (namespace) is gone.
    DropNamespace(String),
    /// An extension is needed.
    CreateExtension(String),
    /// An extension is no longer needed.
    DropExtension(String),
    /// A type is new.
    CreateType(TypeName),
    /// A type is gone.
    DropType(TypeName),
    /// An enum type has another name or schema.
    RenameType(Pair<TypeName>),
    /// An enum's labels differ.
    AlterEnum {
        /// The type's names.
        name: Pair<TypeName>,
        /// How.
        edit: EnumEdit,
    },
    /// A table is new.
    CreateTable(TableName),
    /// A table is gone.
    DropTable(TableName),
    /// A table has another name.
    RenameTable(Pair<TableName>),
    /// A table itself differs, its columns and the rest apart.
    AlterTable {
        /// Its names.
        table: Pair<TableName>,
        /// In what.
        delta: TableDelta,
    },
    /// A column is new.
    AddColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its name after.
        column: String,
    },
    /// A column is gone.
    DropColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its name before.
        column: String,
    },
    /// A column has another name.
    RenameColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its names.
        column: Pair<String>,
    },
    /// A column is another than it was.
    AlterColumn {
        /// Its table.
        table: Pair<TableName>,
        /// Its names.
        column: Pair<String>,
        /// In what.
        delta: ColumnDelta,
    },
    /// A sequence has another name.
    RenameSequence(Pair<TableName>),
    /// A constraint is new.
    AddConstraint {
        /// Its table.
        table: Pair<TableName>,
        /// Its name after.
        name: String,
    },
    /// A constraint is gone.
    DropConstraint {
        /// Its table.
        table: Pair<TableName>,
        /// Its name before.
        name: String,
    },
    /// A constraint has another name.
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
    /// An index is gone.
    DropIndex {
        /// Its table.
        table: Pair<TableName>,
        /// Its name before.
        name: String,
    },
    /// An index has another name.
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
    /// A policy is gone.
    DropPolicy {
        /// Its table.
        table: Pair<TableName>,
        /// Its name.
        name: String,
    },
    /// A view is new.
    CreateView(TableName),
    /// A view is gone.
    DropView(TableName),
    /// A view has another query.
    ReplaceView(TableName),
}

/// How an enum's labels change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnumEdit {
    /// Labels with another name.
    pub renamed: Vec<Pair<String>>,
    /// New labels with the label that each comes after (`None`: first), where adding is all that is needed.
    pub added: Vec<(String, Option<String>)>,
    /// Labels that go: the type is built anew.
    pub removed: Vec<String>,
    /// The order changes: the type is built anew.
    pub reordered: bool,
}

/// In what a table itself differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableDelta {
    /// Its comment.
    pub comment: bool,
    /// Its storage parameters.
    pub options: bool,
}

impl TableDelta {
    /// Whether it differs in anything.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// In what a column differs.
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
    /// How its values are stored and counted.
    pub settings: bool,
}

impl ColumnDelta {
    /// Whether it differs in anything.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}
