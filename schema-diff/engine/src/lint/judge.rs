//! What is wrong with what a migration's statements did. Pure: locks and work were observed, events were read from the
//! catalogs, sizes are given.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Rule,
    catalog::{ConstraintKind, Event},
};
use crate::{
    model::QualifiedName,
    statement::{LockMode, Observation, Wait, Work, WorkKind},
    traffic::Sizes,
};

/// What a statement of a migration did.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Its first word, in upper case.
    pub verb: String,
    /// Whether it says `CASCADE`.
    pub cascades: bool,
    /// Locks and work.
    pub observation: Observation,
    /// Changes of the catalogs.
    pub events: Vec<Event>,
    /// Whether it gives up waiting for a lock after some time.
    pub has_lock_timeout: bool,
}

/// A finding about a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    /// The position of the statement.
    pub at: usize,
    pub rule: Rule,
    pub message: String,
}

/// The relations that exist after the migration, and its types and schemas.
pub(super) trait After {
    /// Returns whether a relation has this name.
    fn has_relation(&self, name: &QualifiedName) -> bool;
    /// Returns whether a unique index has this table and these columns.
    fn is_unique(&self, key: &str) -> bool;
    /// Returns whether a type has this name.
    fn has_type(&self, name: &str) -> bool;
}

/// Judges the statements of a migration, in their order. Each rule is found at most once per statement.
pub(super) fn judge(steps: &[Step], sizes: Sizes<'_>, after: &dyn After) -> Vec<Judgement> {
    let mut found = Vec::new();
    let mut held: BTreeMap<QualifiedName, LockMode> = BTreeMap::new();
    let mut waits_without_limit = false;
    for (at, step) in steps.iter().enumerate() {
        for (name, lock) in &step.observation.locks {
            let own = held.entry(name.clone()).or_insert(*lock);
            *own = (*own).max(*lock);
        }
        let mut messages: BTreeMap<Rule, Vec<String>> = BTreeMap::new();
        for (rule, message) in work(step, &held, sizes)
            .into_iter()
            .chain(breaks(step, steps, &held, sizes, after))
        {
            messages.entry(rule).or_default().push(message);
        }
        let takes_lock = step.observation.locks.values().any(|lock| lock.blocks_writes());
        if takes_lock && !step.has_lock_timeout && !waits_without_limit {
            waits_without_limit = true;
            messages
                .entry(Rule::RequireLockTimeout)
                .or_default()
                .push(waits_for_lock(step));
        }
        found.extend(messages.into_iter().map(|(rule, messages)| Judgement {
            at,
            rule,
            message: messages.join("; "),
        }));
    }
    found
}

/// Returns the waits for work on large tables and on tables of unknown size. `held` are the locks of the transaction,
/// those of the statement included: they are held until it ends.
fn work(step: &Step, held: &BTreeMap<QualifiedName, LockMode>, sizes: Sizes<'_>) -> Vec<(Rule, String)> {
    // TRUNCATE gives a table a new file without copying rows.
    if step.verb == "TRUNCATE" {
        return Vec::new();
    }
    let written = written(step, held);
    let all = sizes.work(&step.observation, &written);
    let locks = blocking(held);
    let mut by_rule: BTreeMap<Rule, Vec<Work>> = BTreeMap::new();
    for one in all {
        by_rule.entry(rule_of(&one, step)).or_default().push(one);
    }
    let mut found = Vec::new();
    for (rule, work) in by_rule {
        let mut groups: BTreeMap<LockMode, Vec<QualifiedName>> = BTreeMap::new();
        for (name, lock) in &locks {
            groups.entry(*lock).or_default().push((*name).clone());
        }
        if groups.is_empty() && rule == Rule::UpdatingManyRows {
            groups.insert(
                LockMode::RowExclusive,
                work.iter().map(|own| own.relation.clone()).collect(),
            );
        }
        for (lock, relations) in groups.into_iter().rev() {
            let wait = Wait {
                relations,
                lock,
                work: work.clone(),
                later: Vec::new(),
            };
            found.push((rule, wait.to_string()));
        }
    }
    found
}

/// Returns the tables whose rows a statement changes: on a table without rows, no change of rows can be observed.
fn written(step: &Step, held: &BTreeMap<QualifiedName, LockMode>) -> BTreeSet<QualifiedName> {
    let observed = &step.observation;
    let has_lock = |locks: &BTreeMap<QualifiedName, LockMode>, name: &QualifiedName| {
        locks.get(name).is_some_and(|lock| *lock >= LockMode::RowExclusive)
    };
    let is_written = |name: &&QualifiedName| match step.verb.as_str() {
        "ALTER" | "CREATE" | "DROP" | "REINDEX" | "CLUSTER" | "REFRESH" | "COMMENT" => false,
        // The transaction may hold a stronger lock already.
        "UPDATE" | "DELETE" | "MERGE" => has_lock(held, name),
        _ => has_lock(&observed.locks, name),
    };
    observed.scans.keys().filter(is_written).cloned().collect()
}

fn blocking(locks: &BTreeMap<QualifiedName, LockMode>) -> Vec<(&QualifiedName, LockMode)> {
    let blocking = locks.iter().filter(|(_, lock)| lock.blocks_writes());
    blocking.map(|(name, lock)| (name, *lock)).collect()
}

/// Returns the rule for work of a statement, by what it changed in the catalogs.
fn rule_of(work: &Work, step: &Step) -> Rule {
    let any = |test: fn(&Event) -> bool| step.events.iter().any(test);
    let adds = |wanted: ConstraintKind| {
        let is_wanted =
            |event: &Event| matches!(event, Event::ConstraintAdded { kind, is_valid: true, .. } if *kind == wanted);
        step.events.iter().any(is_wanted)
    };
    match work.kind {
        WorkKind::Write => Rule::UpdatingManyRows,
        _ if any(|event| matches!(event, Event::ConstraintValidated(_, _, true))) => Rule::ConstraintMissingNotValid,
        WorkKind::Rewrite | WorkKind::Build if any(|event| matches!(event, Event::ColumnRetyped(..))) => {
            Rule::ChangingColumnType
        }
        WorkKind::Rewrite | WorkKind::Build if adds(ConstraintKind::PrimaryKey) => Rule::AddingSerialPrimaryKeyField,
        WorkKind::Rewrite if any(|event| matches!(event, Event::ColumnAdded { .. })) => Rule::AddingFieldWithDefault,
        WorkKind::Rewrite => Rule::TableRewrite,
        WorkKind::Scan if step.verb == "REFRESH" => Rule::TableRewrite,
        WorkKind::Build if adds(ConstraintKind::Unique) || adds(ConstraintKind::Exclusion) => {
            Rule::DisallowedUniqueConstraint
        }
        WorkKind::Build if step.verb == "REINDEX" => Rule::RequireConcurrentReindex,
        WorkKind::Build => Rule::RequireConcurrentIndexCreation,
        WorkKind::Scan if adds(ConstraintKind::ForeignKey) => Rule::AddingForeignKeyConstraint,
        WorkKind::Scan if adds(ConstraintKind::Check) => Rule::ConstraintMissingNotValid,
        WorkKind::Scan if any(|event| matches!(event, Event::NotNullSet(..))) => Rule::AddingNotNullableField,
        WorkKind::Scan if any(|event| matches!(event, Event::ColumnAdded { is_required: true, .. })) => {
            Rule::AddingRequiredField
        }
        WorkKind::Scan if any(|event| matches!(event, Event::DomainConstraintAdded(_))) => {
            Rule::BanAlterDomainWithAddConstraint
        }
        WorkKind::Scan => Rule::WorkUnderLock,
    }
}

/// Returns what programs that are running notice.
fn breaks(
    step: &Step,
    steps: &[Step],
    held: &BTreeMap<QualifiedName, LockMode>,
    sizes: Sizes<'_>,
    after: &dyn After,
) -> Vec<(Rule, String)> {
    let is_unreadable = |table: &QualifiedName| held.get(table).is_some_and(|lock| lock.blocks_reads());
    let mut found = Vec::new();
    for event in &step.events {
        let one = match event {
            Event::TableDropped(name) => (
                Rule::BanDropTable,
                format!(
                    "table {} and all its rows are dropped, and programs that use it fail",
                    name.plain()
                ),
            ),
            Event::ViewDropped(name) if !after.has_relation(name) => (
                Rule::BanDropView,
                format!("view {} is dropped, and programs that use it fail", name.plain()),
            ),
            Event::RelationRenamed(from, to) if !after.has_relation(from) => (
                Rule::RenamingTable,
                format!(
                    "{} is renamed to {}, and programs that use the old name fail",
                    from.plain(),
                    to.plain()
                ),
            ),
            Event::RelationMoved(from, to) if !after.has_relation(from) => (
                Rule::BanSetSchema,
                format!(
                    "{} becomes {}, and programs that use the old name fail",
                    from.plain(),
                    to.plain()
                ),
            ),
            Event::ColumnAdded {
                table,
                column,
                is_required: true,
                ..
            } => (Rule::AddingRequiredField, required(table, column)),
            Event::NotNullSet(table, column, true) if is_new(steps, table, column) => {
                (Rule::AddingRequiredField, required(table, column))
            }
            Event::NotNullDropped(table, column) => (
                Rule::BanDropNotNull,
                format!(
                    "{}.{column} may be NULL, and programs that do not expect NULL fail when they read it",
                    table.plain()
                ),
            ),
            Event::ColumnDropped(table, column) => (
                Rule::BanDropColumn,
                format!(
                    "{}.{column} and its values are dropped, and programs that use it fail",
                    table.plain()
                ),
            ),
            Event::ColumnRenamed(table, from, to) => (
                Rule::RenamingColumn,
                format!(
                    "{}.{from} is renamed to {to}, and programs that use the old name fail",
                    table.plain()
                ),
            ),
            Event::ColumnRetyped(table, column, from, to) if !(is_text(from) && is_text(to)) => {
                (Rule::ChangingColumnType, retyped(&table.plain(), column, from, to))
            }
            Event::IndexDropped {
                table,
                index,
                unique_key: Some(key),
            } if !after.is_unique(key) => (
                Rule::BanDropConstraint,
                format!(
                    "unique index {index} of {} is dropped, and INSERT ... ON CONFLICT of programs that rely on it fails",
                    table.plain()
                ),
            ),
            Event::IndexDropped { table, index, .. }
                if step.verb == "DROP" && is_unreadable(table) && sizes.is_large_table(table) =>
            {
                (
                    Rule::RequireConcurrentIndexDeletion,
                    format!(
                        "other sessions cannot read or write {} (ACCESS EXCLUSIVE) while index {index} is dropped",
                        table.plain()
                    ),
                )
            }
            Event::PartitionDetached(table)
                if blocking(&step.observation.locks)
                    .iter()
                    .any(|(_, lock)| lock.blocks_reads()) =>
            {
                (
                    Rule::RequireConcurrentPartitionDetach,
                    format!(
                        "partition {} is detached while other sessions cannot read or write its table (ACCESS EXCLUSIVE)",
                        table.plain()
                    ),
                )
            }
            Event::LabelRenamed(name, from, to) => (
                Rule::RenamingObject,
                format!("label {from} of {name} is renamed to {to}, and programs that use the old label fail"),
            ),
            Event::TypeRenamed(from, to) if !after.has_type(from) => (
                Rule::RenamingObject,
                format!("type {from} is renamed to {to}, and programs that use the old name fail"),
            ),
            Event::TypeDropped(name) if !after.has_type(name) => (
                Rule::BanDropType,
                format!("type {name} is dropped, and programs that use it fail"),
            ),
            Event::SchemaRenamed(from, to) => (
                Rule::RenamingObject,
                format!("schema {from} is renamed to {to}, and programs that use the old name fail"),
            ),
            Event::SchemaDropped(name) => (
                Rule::BanDropSchema,
                format!("schema {name} is dropped, and programs that use it fail"),
            ),
            _ => continue,
        };
        found.push(one);
    }
    if step.verb == "TRUNCATE" && step.cascades && !step.observation.rewrites.is_empty() {
        let names: Vec<String> = step.observation.rewrites.iter().map(QualifiedName::plain).collect();
        let message = format!(
            "all rows are deleted from {}, also from tables that refer to the named ones",
            names.join(", ")
        );
        found.push((Rule::BanTruncateCascade, message));
    }
    found
}

fn retyped(table: &str, column: &str, from: &str, to: &str) -> String {
    if from == to {
        // Diesel asks once per connection for the OID of a type.
        return format!(
            "{table}.{column} changes to a new type {to}, and open connections of programs know only the old one"
        );
    }
    format!(
        "{table}.{column} changes from {from} to {to}, and programs that are compiled for {from} fail when they read or write it"
    )
}

fn required(table: &QualifiedName, column: &str) -> String {
    let table = table.plain();
    format!(
        "{table}.{column} is new, NOT NULL and has no default, so running programs, which do not know it, cannot insert rows into {table}"
    )
}

/// Returns whether the migration has added the column, so that it has no default that was there before.
fn is_new(steps: &[Step], table: &QualifiedName, column: &str) -> bool {
    let is_it = |event: &Event| matches!(event, Event::ColumnAdded { table: own, column: name, .. } if own == table && name == column);
    steps.iter().flat_map(|step| &step.events).any(is_it)
}

/// Returns whether Diesel reads a type as `Text`.
fn is_text(name: &str) -> bool {
    matches!(name, "text" | "character varying" | "character" | "bpchar")
}

fn waits_for_lock(step: &Step) -> String {
    let locks = blocking(&step.observation.locks);
    let names: Vec<String> = locks.iter().map(|(name, _)| name.plain()).collect();
    format!(
        "without lock_timeout, this statement may wait for a lock on {} as long as another transaction uses it, and all later \
         statements of others on it wait, too",
        names.join(", ")
    )
}
