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
    /// A composite type gets an attribute.
    BanAddCompositeAttribute,
    /// A domain's constraint is checked in every table that uses the domain.
    BanAlterDomainWithAddConstraint,
    /// An identity refuses given values.
    BanAlterIdentity,
    /// Row security is enabled.
    BanAlterRowLevelSecurity,
    /// A sequence is restarted.
    BanAlterSequenceValues,
    /// A policy restricts what programs see or write.
    BanCreatePolicy,
    /// A partition is detached.
    BanDetachInheritance,
    /// A trigger that may give columns values is disabled.
    BanDisableTrigger,
    /// A column is dropped.
    BanDropColumn,
    /// A unique constraint or index is dropped.
    BanDropConstraint,
    /// An extension is dropped.
    BanDropExtension,
    /// A function is dropped.
    BanDropFunction,
    /// A column may be NULL.
    BanDropNotNull,
    /// A policy no longer allows what it allowed.
    BanDropPolicy,
    /// A schema is dropped.
    BanDropSchema,
    /// A sequence is dropped.
    BanDropSequence,
    /// A table is dropped.
    BanDropTable,
    /// A trigger that may give columns values is dropped.
    BanDropTrigger,
    /// A type is dropped.
    BanDropType,
    /// A view is dropped.
    BanDropView,
    /// Writes fail that succeeded before.
    BanNewWriteRestriction,
    /// A published table has no replica identity.
    BanReplicaIdentity,
    /// Roles lose privileges.
    BanRevoke,
    /// A table moves to another schema.
    BanSetSchema,
    /// Rows of tables are deleted that the statement does not name.
    BanTruncateCascade,
    /// A transaction is not ended.
    BanUncommittedTransaction,
    /// A column's type changes.
    ChangingColumnType,
    /// A check is validated while other statements wait.
    ConstraintMissingNotValid,
    /// The index of a unique or exclusion constraint is built while reads wait.
    DisallowedUniqueConstraint,
    /// The locks of a file are not known.
    NotObserved,
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

/// Every rule with its name and what to do instead, in the order of the rules.
const RULES: [(Rule, &str, &str); 47] = [
    (
        Rule::AddingFieldWithDefault,
        "adding-field-with-default",
        "add the column without this default, fill existing rows in batches, and set the default for new rows",
    ),
    (
        Rule::AddingForeignKeyConstraint,
        "adding-foreign-key-constraint",
        "add the constraint as NOT VALID, and run VALIDATE CONSTRAINT in a later migration; for a partitioned table, that needs Postgres 18",
    ),
    (
        Rule::AddingNotNullableField,
        "adding-not-nullable-field",
        "add CHECK (column IS NOT NULL) NOT VALID, and run VALIDATE CONSTRAINT in a later migration; SET NOT NULL then does \
                 not read the table",
    ),
    (
        Rule::AddingRequiredField,
        "adding-required-field",
        "give the column a default, or let it be NULL until all running programs set it",
    ),
    (
        Rule::AddingSerialPrimaryKeyField,
        "adding-serial-primary-key-field",
        "run CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD PRIMARY KEY USING INDEX",
    ),
    (
        Rule::BanAddCompositeAttribute,
        "ban-add-composite-attribute",
        "create a new type, and let programs change to it before the old one is dropped",
    ),
    (
        Rule::BanAlterDomainWithAddConstraint,
        "ban-alter-domain-with-add-constraint",
        "add the constraint as NOT VALID, and run VALIDATE CONSTRAINT in a later migration",
    ),
    (
        Rule::BanAlterIdentity,
        "ban-alter-identity",
        "use GENERATED BY DEFAULT, or first deploy a program that gives the column no value",
    ),
    (
        Rule::BanAlterRowLevelSecurity,
        "ban-alter-row-level-security",
        "in the same migration, create a policy for each role that uses the table",
    ),
    (
        Rule::BanAlterSequenceValues,
        "ban-alter-sequence-values",
        "set the sequence behind the greatest value: SELECT setval('sequence', (SELECT max(id) FROM table))",
    ),
    (
        Rule::BanCreatePolicy,
        "ban-create-policy",
        "first deploy a program that does not need the rows that the policy excludes",
    ),
    (
        Rule::BanDetachInheritance,
        "ban-detach-inheritance",
        "first deploy a program that does not use rows of this range, or attach another partition for it",
    ),
    (
        Rule::BanDisableTrigger,
        "ban-disable-trigger",
        "first deploy a program that gives these columns values",
    ),
    (
        Rule::BanDropColumn,
        "ban-drop-column",
        "first deploy a version of the program that does not use the column, then drop the column",
    ),
    (
        Rule::BanDropConstraint,
        "ban-drop-constraint",
        "first deploy a program without ON CONFLICT on these columns, or create the new unique index before",
    ),
    (
        Rule::BanDropExtension,
        "ban-drop-extension",
        "first deploy a program that does not use the extension, then drop it",
    ),
    (
        Rule::BanDropFunction,
        "ban-drop-function",
        "first deploy a program that does not call the function, then drop it",
    ),
    (
        Rule::BanDropNotNull,
        "ban-drop-not-null",
        "first deploy a program that can read NULL from the column",
    ),
    (
        Rule::BanDropPolicy,
        "ban-drop-policy",
        "in the same migration, create a policy that allows the same rows, or first deploy a program that does not need them",
    ),
    (
        Rule::BanDropSchema,
        "ban-drop-schema",
        "first deploy a program that does not use the schema, then drop it",
    ),
    (
        Rule::BanDropSequence,
        "ban-drop-sequence",
        "first deploy a program that does not use the sequence, then drop it",
    ),
    (
        Rule::BanDropTable,
        "ban-drop-table",
        "first deploy a program that does not use the table, then drop it",
    ),
    (
        Rule::BanDropTrigger,
        "ban-drop-trigger",
        "first deploy a program that gives these columns values",
    ),
    (
        Rule::BanDropType,
        "ban-drop-type",
        "first deploy a program that does not use the type, then drop it",
    ),
    (
        Rule::BanDropView,
        "ban-drop-view",
        "first deploy a program that does not use the view, then drop it",
    ),
    (
        Rule::BanNewWriteRestriction,
        "ban-new-write-restriction",
        "first deploy a program that writes only what the constraint allows",
    ),
    (
        Rule::BanReplicaIdentity,
        "ban-replica-identity",
        "keep a replica identity: a primary key, REPLICA IDENTITY USING INDEX, or FULL",
    ),
    (
        Rule::BanRevoke,
        "ban-revoke",
        "first deploy a program that does not need the privileges, or connects as another role",
    ),
    (
        Rule::BanSetSchema,
        "ban-set-schema",
        "create a view with the old name, so that running programs find the table",
    ),
    (
        Rule::BanTruncateCascade,
        "ban-truncate-cascade",
        "name every table in TRUNCATE, without CASCADE",
    ),
    (
        Rule::BanUncommittedTransaction,
        "ban-uncommitted-transaction",
        "end the transaction with COMMIT",
    ),
    (
        Rule::ChangingColumnType,
        "changing-column-type",
        "add a column of the new type, fill it in batches, and let programs change to it before the old one is dropped",
    ),
    (
        Rule::ConstraintMissingNotValid,
        "constraint-missing-not-valid",
        "add the constraint as NOT VALID, and run VALIDATE CONSTRAINT in a later migration",
    ),
    (
        Rule::DisallowedUniqueConstraint,
        "disallowed-unique-constraint",
        "run CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT ... UNIQUE USING INDEX; an exclusion constraint has no such form",
    ),
    (
        Rule::NotObserved,
        "not-observed",
        "rehearse the migration: `schema-diff rehearse` shows who waits for it",
    ),
    (
        Rule::RenamingColumn,
        "renaming-column",
        "add a column with the new name, keep both the same by a trigger, and drop the old one when no program uses it",
    ),
    (
        Rule::RenamingObject,
        "renaming-object",
        "first deploy a program that knows both names",
    ),
    (
        Rule::RenamingTable,
        "renaming-table",
        "create a view with the old name, so that running programs find the table",
    ),
    (
        Rule::RequireConcurrentIndexCreation,
        "require-concurrent-index-creation",
        "create the index with CREATE INDEX CONCURRENTLY in a separate migration, with `run_in_transaction = false` in that migration's metadata.toml; on a partitioned table, create it ON ONLY the table, concurrently on each partition, and attach these",
    ),
    (
        Rule::RequireConcurrentIndexDeletion,
        "require-concurrent-index-deletion",
        "run DROP INDEX CONCURRENTLY in a migration of its own, with `run_in_transaction = false` in its metadata.toml",
    ),
    (
        Rule::RequireConcurrentPartitionDetach,
        "require-concurrent-partition-detach",
        "run DETACH PARTITION ... CONCURRENTLY in a migration of its own, with `run_in_transaction = false` in its metadata.toml",
    ),
    (
        Rule::RequireConcurrentReindex,
        "require-concurrent-reindex",
        "run REINDEX ... CONCURRENTLY in a migration of its own, with `run_in_transaction = false` in its metadata.toml",
    ),
    (
        Rule::RequireLockTimeout,
        "require-lock-timeout",
        "begin the migration with SET LOCAL lock_timeout = '2s', and run it again if it fails",
    ),
    (
        Rule::TableRewrite,
        "table-rewrite",
        "run it while nobody uses the table, or copy the rows into a new table in batches",
    ),
    (
        Rule::TransactionNesting,
        "transaction-nesting",
        "remove the statement; Diesel runs the whole file in a transaction, unless metadata.toml says `run_in_transaction = false`",
    ),
    (
        Rule::UpdatingManyRows,
        "updating-many-rows",
        "change the rows in batches, each in its own transaction",
    ),
    (
        Rule::WorkUnderLock,
        "work-under-lock",
        "do this work in a separate migration, in which no lock of another statement is held; before ATTACH PARTITION, add a validated CHECK with the bounds of the partition",
    ),
];

impl Rule {
    /// Returns every rule, sorted by name.
    pub fn all() -> impl Iterator<Item = Self> {
        RULES.iter().map(|(rule, ..)| *rule)
    }

    /// Returns the rule of this name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|rule| rule.name() == name)
    }

    /// Returns its name, which comments that allow it name.
    pub const fn name(self) -> &'static str {
        RULES[self as usize].1
    }

    /// Returns what to do instead.
    pub const fn hint(self) -> &'static str {
        RULES[self as usize].2
    }

    /// Returns whether it is only a note, which does not make the command fail.
    pub const fn is_note(self) -> bool {
        matches!(
            self,
            Self::BanDisableTrigger | Self::BanDropTrigger | Self::BanNewWriteRestriction | Self::RequireLockTimeout
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{RULES, Rule};

    #[test]
    fn the_table_has_the_order_of_the_rules_and_of_their_names() {
        assert!(RULES.iter().enumerate().all(|(at, (rule, ..))| *rule as usize == at));
        let names: Vec<_> = Rule::all().map(Rule::name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
