//! Errors and notes for the user, as data.
//!
//! Each diagnostic has a [`DiagnosticCode`]; `docs/diagnostics.md` has a section for each. No decision depends on a
//! message's text.

use std::fmt;

use crate::{location::Location, model::ObjectId};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No migration is written until it is corrected.
    Error,
    /// A part of the source was skipped; what it declares is not compared.
    Warning,
    /// The reviewer of the migration should know it.
    Note,
    /// It does not concern this change.
    Info,
}

impl Severity {
    /// Returns its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Info => "info",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $severity:ident;)+) => {
        /// The kind of a diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum DiagnosticCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl DiagnosticCode {
            /// Every code, in the order of severity.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Returns the code as JSON and the documentation write it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// Returns the severity of diagnostics with this code.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)+
                }
            }
        }
    };
}

codes! {
    /// A source file does not exist.
    FileNotFound = "file-not-found", Error;
    /// A source file cannot be read.
    UnreadableFile = "unreadable-file", Error;
    /// A source file is not valid Rust.
    InvalidRust = "invalid-rust", Error;
    /// A `table!`, `view!` or `joinable!` does not have the form that Diesel requires.
    InvalidDeclaration = "invalid-declaration", Error;
    /// A macro has nearly the name of one of Diesel's.
    UnknownMacro = "unknown-macro", Error;
    /// An attribute has arguments that it does not take.
    InvalidAttribute = "invalid-attribute", Error;
    /// Two attributes, or an attribute and a doc comment, contradict each other.
    ConflictingAttributes = "conflicting-attributes", Error;
    /// A table or a column is declared twice.
    DuplicateDeclaration = "duplicate-declaration", Error;
    /// A name refers to several tables or types.
    AmbiguousName = "ambiguous-name", Error;
    /// Postgres does not accept a name.
    InvalidName = "invalid-name", Error;
    /// Postgres has no type for a declared type.
    TypeNotSupported = "type-not-supported", Error;
    /// A Rust enum cannot be an enum type of Postgres.
    InvalidEnum = "invalid-enum", Error;
    /// Two Rust enums declare different labels for one enum type.
    ConflictingLabels = "conflicting-labels", Error;
    /// An option or answer matches no detected change, or contradicts another one.
    ConflictingDecision = "conflicting-decision", Error;
    /// An attribute names a column that its table does not have.
    UnknownColumn = "unknown-column", Error;
    /// A foreign key refers to a table that does not exist.
    UnknownTable = "unknown-table", Error;
    /// A column has a type that does not exist and that no Rust enum describes.
    UnknownType = "unknown-type", Error;
    /// A foreign key names more columns on one side than on the other.
    ForeignKeyColumns = "foreign-key-columns", Error;
    /// `max_length` on a type that has no length.
    LengthNotSupported = "length-not-supported", Error;
    /// A storage, compression or storage parameter where Postgres has none.
    StorageNotSupported = "storage-not-supported", Error;
    /// Diesel cannot read a column's type as the declared Rust type.
    UnreadableType = "unreadable-type", Error;
    /// An attribute needs a newer server.
    ServerTooOld = "server-too-old", Error;
    /// A generated column reads a column that is dropped.
    GeneratedFromDropped = "generated-from-dropped", Error;
    /// A child table's parent is dropped.
    ParentDropped = "parent-dropped", Error;
    /// A child table declares another type than its parent.
    InheritedType = "inherited-type", Error;
    /// A table's partition key cannot change.
    PartitionKey = "partition-key", Error;
    /// A unique key of a partitioned table lacks a partition key column.
    PartitionedUniqueKey = "partitioned-unique-key", Error;
    /// A replica identity loses its index.
    ReplicaIdentity = "replica-identity", Error;
    /// A publication depends on a dropped column.
    Publication = "publication", Error;
    /// A Rust file is not valid Rust, and was not searched for enums.
    FileSkipped = "file-skipped", Warning;
    /// A macro is not expanded, and may declare tables.
    MacroSkipped = "macro-skipped", Warning;
    /// The type of a Rust enum was not found.
    EnumSkipped = "enum-skipped", Warning;
    /// Two Rust enums declare the labels of one enum type in different orders.
    EnumOrder = "enum-order", Warning;
    /// A constraint is dropped with a column that it covers, or by decision.
    ConstraintDropped = "constraint-dropped", Note;
    /// An index is dropped with a column that it covers, or by decision.
    IndexDropped = "index-dropped", Note;
    /// A foreign key is dropped because its target changes or because it is not declared.
    ForeignKeyDropped = "foreign-key-dropped", Note;
    /// A policy is dropped with a column that it reads, or by decision.
    PolicyDropped = "policy-dropped", Note;
    /// Extended statistics are dropped with a column, or by decision.
    StatisticsDropped = "statistics-dropped", Note;
    /// A view, or a column of one, is dropped.
    ViewDropped = "view-dropped", Note;
    /// A function, trigger or rule is dropped.
    CodeDropped = "code-dropped", Note;
    /// An enum type is dropped because nothing declares or uses it.
    TypeDropped = "type-dropped", Note;
    /// A column's default or identity is dropped because it does not match the new type.
    DefaultDropped = "default-dropped", Note;
    /// A constraint or index differs from its declaration and is recreated.
    Recreated = "recreated", Note;
    /// A constraint or index is dropped because another one is declared with its name.
    NameReused = "name-reused", Note;
    /// A function's body names something that is renamed or dropped.
    FunctionBody = "function-body", Note;
    /// The tables of a schema move to another schema.
    TablesMoved = "tables-moved", Note;
    /// A sequence is kept because another column uses it.
    SequenceKept = "sequence-kept", Note;
    /// A `joinable!` creates no foreign key.
    NoForeignKey = "no-foreign-key", Note;
    /// down.sql cannot restore values or rows.
    NotRestored = "not-restored", Note;
    /// The alternative of an open question is not part of the migration.
    AlternativeMissing = "alternative-missing", Note;
    /// A change of a large table has no online form.
    OnlineFormMissing = "online-form-missing", Note;
    /// The online form of a migration could not be proved.
    OnlineFormUnproved = "online-form-unproved", Note;
    /// The program that is still running fails as soon as the migration has run, although it is meant to go on.
    NotKept = "not-kept", Note;
    /// A function fails after the migration and has to be replaced.
    BrokenFunction = "broken-function", Note;
    /// The migration raises an error on rows like those of the proof.
    StoppedByRows = "stopped-by-rows", Note;
    /// Triggers that fire by decision change rows.
    RowsChanged = "rows-changed", Note;
    /// The migration was proved as another role than the one that will run it.
    ProvedAsOtherRole = "proved-as-other-role", Note;
    /// The schema file of another running program declares what the database does not have.
    OldProgramDiffers = "old-program-differs", Note;
    /// The scratch server lacks an extension.
    ExtensionMissing = "extension-missing", Note;
    /// A function or view was not part of the proof.
    CodeNotProved = "code-not-proved", Note;
    /// The system catalogs were not compared.
    CatalogsNotCompared = "catalogs-not-compared", Note;
    /// A `renamed_from` is no longer needed.
    StaleRenamedFrom = "stale-renamed-from", Info;
    /// A schema of which no table is declared is unmanaged.
    UnmanagedSchema = "unmanaged-schema", Info;
    /// An object that no version of schema.rs declared is unmanaged.
    NeverDeclared = "never-declared", Info;
    /// An enum type's labels have another order than the Rust enum's variants.
    LabelOrder = "label-order", Info;
    /// A nullable column has a domain that is NOT NULL.
    DomainNotNull = "domain-not-null", Info;
    /// An undeclared view is kept because a kept object reads it.
    ViewKept = "view-kept", Info;
    /// A `joinable!` has no foreign key, or several share a column.
    JoinableOnly = "joinable-only", Info;
}

/// A diagnostic: something that the user should know or correct.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Its code.
    pub code: DiagnosticCode,
    /// The object that it concerns, if it is one.
    pub object: Option<ObjectId>,
    /// Its location in the source.
    pub place: Option<Location>,
    /// The message: one sentence without a full stop.
    pub message: String,
    /// What to do about it; empty if nothing has to be done.
    pub hint: String,
}

impl Diagnostic {
    /// Creates a diagnostic without a location, an object or a hint.
    pub fn new(code: DiagnosticCode, message: impl Into<String>) -> Self {
        Self {
            code,
            object: None,
            place: None,
            message: message.into(),
            hint: String::new(),
        }
    }

    /// Adds the object that it concerns.
    #[must_use]
    pub fn about(mut self, object: ObjectId) -> Self {
        self.object = Some(object);
        self
    }

    /// Adds its location.
    #[must_use]
    pub fn at(mut self, place: &Location) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Formats it as `file:line: message`; errors with the column too, and with the hint on a separate line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_error = self.code.severity() == Severity::Error;
        if let Some(place) = &self.place {
            write!(f, "{}:{}", place.file.display(), place.line)?;
            if is_error {
                write!(f, ":{}", place.column)?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        match self.hint.as_str() {
            "" => Ok(()),
            hint if is_error => write!(f, "\n  hint: {hint}"),
            hint => write!(f, "; {hint}"),
        }
    }
}

/// The errors that have to be corrected before a migration is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ResolveErrors(pub Vec<Diagnostic>);

impl fmt::Display for ResolveErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, found) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            found.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

    use super::DiagnosticCode;

    #[test]
    fn every_code_has_its_section_in_the_documentation() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/diagnostics.md");
        let page = std::fs::read_to_string(page).unwrap();
        let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let codes: Vec<&str> = DiagnosticCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(sections, codes);
    }
}
