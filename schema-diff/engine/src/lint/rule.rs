//! The rules, under the names that users of other linters know.

/// A rule about migrations. Its name is that of the linter squawk wherever squawk has the same rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A new column's values are written into every row.
    AddingFieldWithDefault,
    /// A foreign key is checked while writes wait.
    AddingForeignKeyConstraint,
    /// NOT NULL is checked while reads wait.
    AddingNotNullableField,
    /// A new column must be given a value by every `INSERT`.
    AddingRequiredField,
    /// A primary key's index is built while reads wait.
    AddingSerialPrimaryKeyField,
    /// A domain's constraint is checked in every table that uses the domain.
    BanAlterDomainWithAddConstraint,
    /// A column is dropped.
    BanDropColumn,
    /// A unique constraint or index is dropped.
    BanDropConstraint,
    /// A column may be NULL.
    BanDropNotNull,
    /// A schema is dropped.
    BanDropSchema,
    /// A table is dropped.
    BanDropTable,
    /// A type is dropped.
    BanDropType,
    /// A view is dropped.
    BanDropView,
    /// A table moves to another schema.
    BanSetSchema,
    /// Rows of tables are deleted that the statement does not name.
    BanTruncateCascade,
    /// A column's type changes.
    ChangingColumnType,
    /// A check is validated while other statements wait.
    ConstraintMissingNotValid,
    /// The index of a unique or exclusion constraint is built while reads wait.
    DisallowedUniqueConstraint,
    /// A column is renamed.
    RenamingColumn,
    /// A label, type or schema is renamed.
    RenamingObject,
    /// A table or view is renamed.
    RenamingTable,
    /// An index is built while writes wait.
    RequireConcurrentIndexCreation,
    /// An index is dropped while reads wait.
    RequireConcurrentIndexDeletion,
    /// A partition is detached while reads wait.
    RequireConcurrentPartitionDetach,
    /// An index is rebuilt while writes wait.
    RequireConcurrentReindex,
    /// A statement may wait for its lock without limit, and others behind it.
    RequireLockTimeout,
    /// A table is rewritten.
    TableRewrite,
    /// The migration ends its own transaction.
    TransactionNesting,
    /// All rows of a table are changed in one transaction.
    UpdatingManyRows,
    /// A table is read or written while an earlier statement's lock is held.
    WorkUnderLock,
}

impl Rule {
    /// Every rule, sorted by name.
    pub const ALL: [Self; 30] = [
        Self::AddingFieldWithDefault,
        Self::AddingForeignKeyConstraint,
        Self::AddingNotNullableField,
        Self::AddingRequiredField,
        Self::AddingSerialPrimaryKeyField,
        Self::BanAlterDomainWithAddConstraint,
        Self::BanDropColumn,
        Self::BanDropConstraint,
        Self::BanDropNotNull,
        Self::BanDropSchema,
        Self::BanDropTable,
        Self::BanDropType,
        Self::BanDropView,
        Self::BanSetSchema,
        Self::BanTruncateCascade,
        Self::ChangingColumnType,
        Self::ConstraintMissingNotValid,
        Self::DisallowedUniqueConstraint,
        Self::RenamingColumn,
        Self::RenamingObject,
        Self::RenamingTable,
        Self::RequireConcurrentIndexCreation,
        Self::RequireConcurrentIndexDeletion,
        Self::RequireConcurrentPartitionDetach,
        Self::RequireConcurrentReindex,
        Self::RequireLockTimeout,
        Self::TableRewrite,
        Self::TransactionNesting,
        Self::UpdatingManyRows,
        Self::WorkUnderLock,
    ];

    /// Returns its name, which comments that allow it name.
    pub const fn name(self) -> &'static str {
        self.texts().0
    }

    /// Returns what to do instead.
    pub const fn hint(self) -> &'static str {
        self.texts().1
    }

    /// Returns whether it is only a note, which does not make the command fail.
    pub const fn is_note(self) -> bool {
        matches!(self, Self::RequireLockTimeout)
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::AddingFieldWithDefault => (
                "adding-field-with-default",
                "add the column without this default, fill existing rows in batches, and set the default for new rows",
            ),
            Self::AddingForeignKeyConstraint => (
                "adding-foreign-key-constraint",
                "add the constraint as NOT VALID, and run VALIDATE CONSTRAINT in a later migration",
            ),
            Self::AddingNotNullableField => (
                "adding-not-nullable-field",
                "add CHECK (column IS NOT NULL) NOT VALID, and run VALIDATE CONSTRAINT in a later migration; SET NOT NULL then does \
                 not read the table",
            ),
            Self::AddingRequiredField => (
                "adding-required-field",
                "give the column a default, or let it be NULL until all running programs set it",
            ),
            Self::AddingSerialPrimaryKeyField => (
                "adding-serial-primary-key-field",
                "run CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD PRIMARY KEY USING INDEX",
            ),
            Self::BanAlterDomainWithAddConstraint => (
                "ban-alter-domain-with-add-constraint",
                "add the constraint as NOT VALID, and run VALIDATE CONSTRAINT in a later migration",
            ),
            Self::BanDropColumn => (
                "ban-drop-column",
                "first deploy a program that does not use the column, then drop it",
            ),
            Self::BanDropConstraint => (
                "ban-drop-constraint",
                "first deploy a program without ON CONFLICT on these columns, or create the new unique index before",
            ),
            Self::BanDropNotNull => (
                "ban-drop-not-null",
                "first deploy a program that can read NULL from the column",
            ),
            Self::BanDropSchema => (
                "ban-drop-schema",
                "first deploy a program that does not use the schema, then drop it",
            ),
            Self::BanDropTable => (
                "ban-drop-table",
                "first deploy a program that does not use the table, then drop it",
            ),
            Self::BanDropType => (
                "ban-drop-type",
                "first deploy a program that does not use the type, then drop it",
            ),
            Self::BanDropView => (
                "ban-drop-view",
                "first deploy a program that does not use the view, then drop it",
            ),
            Self::BanSetSchema => (
                "ban-set-schema",
                "create a view with the old name, so that running programs find the table",
            ),
            Self::BanTruncateCascade => ("ban-truncate-cascade", "name every table in TRUNCATE, without CASCADE"),
            Self::ChangingColumnType => (
                "changing-column-type",
                "add a column of the new type, fill it in batches, and let programs change to it before the old one is dropped",
            ),
            Self::ConstraintMissingNotValid => (
                "constraint-missing-not-valid",
                "add the constraint as NOT VALID, and run VALIDATE CONSTRAINT in a later migration",
            ),
            Self::DisallowedUniqueConstraint => (
                "disallowed-unique-constraint",
                "run CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT ... UNIQUE USING INDEX",
            ),
            Self::RenamingColumn => (
                "renaming-column",
                "add a column with the new name, keep both the same by a trigger, and drop the old one when no program uses it",
            ),
            Self::RenamingObject => ("renaming-object", "first deploy a program that knows both names"),
            Self::RenamingTable => (
                "renaming-table",
                "create a view with the old name, so that running programs find the table",
            ),
            Self::RequireConcurrentIndexCreation => (
                "require-concurrent-index-creation",
                "run CREATE INDEX CONCURRENTLY in a migration of its own, with `run_in_transaction = false` in its metadata.toml",
            ),
            Self::RequireConcurrentIndexDeletion => (
                "require-concurrent-index-deletion",
                "run DROP INDEX CONCURRENTLY in a migration of its own, with `run_in_transaction = false` in its metadata.toml",
            ),
            Self::RequireConcurrentPartitionDetach => (
                "require-concurrent-partition-detach",
                "run DETACH PARTITION ... CONCURRENTLY in a migration of its own, with `run_in_transaction = false` in its metadata.toml",
            ),
            Self::RequireConcurrentReindex => (
                "require-concurrent-reindex",
                "run REINDEX ... CONCURRENTLY in a migration of its own, with `run_in_transaction = false` in its metadata.toml",
            ),
            Self::RequireLockTimeout => (
                "require-lock-timeout",
                "begin the migration with SET LOCAL lock_timeout = '2s', and run it again if it fails",
            ),
            Self::TableRewrite => (
                "table-rewrite",
                "run it while nobody uses the table, or copy the rows into a new table in batches",
            ),
            Self::TransactionNesting => (
                "transaction-nesting",
                "remove the statement; Diesel runs the whole file in a transaction, unless metadata.toml says `run_in_transaction = false`",
            ),
            Self::UpdatingManyRows => (
                "updating-many-rows",
                "change the rows in batches, each in its own transaction",
            ),
            Self::WorkUnderLock => (
                "work-under-lock",
                "move this statement to a migration of its own, so that the locks of earlier statements are released before it",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn names_are_sorted_and_unique() {
        let names = Rule::ALL.map(Rule::name);
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
