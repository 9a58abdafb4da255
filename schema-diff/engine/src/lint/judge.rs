//! What is wrong with what a migration's statements did. Pure: locks and work were observed, events were read from the
//! catalogs, sizes are given.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Rule,
    broken::Broken,
    catalog::Catalog,
    event::{ConstraintKind, Event},
    step::Step,
};
use crate::{
    model::QualifiedName,
    statement::{LockMode, Wait, Work, WorkKind},
    traffic::Sizes,
};

/// A finding about a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    /// The position of the statement.
    pub at: usize,
    pub rule: Rule,
    pub message: String,
}

/// Judges the statements of a migration, in their order. Each rule is found at most once per statement.
pub(super) fn judge(steps: &[Step], sizes: Sizes<'_>, after: &Catalog) -> Vec<Judgement> {
    let mut found = Vec::new();
    let mut held: BTreeMap<QualifiedName, LockMode> = BTreeMap::new();
    let mut waits_without_limit = false;
    for (at, step) in steps.iter().enumerate() {
        for (name, lock) in &step.observation.locks {
            let own = held.entry(name.clone()).or_insert(*lock);
            *own = (*own).max(*lock);
        }
        let mut messages: BTreeMap<Rule, Vec<String>> = BTreeMap::new();
        let broken = Broken {
            step,
            steps,
            held: &held,
            sizes,
            after,
        };
        for (rule, message) in work(step, &held, sizes).into_iter().chain(broken.messages()) {
            messages.entry(rule).or_default().push(message);
        }
        if step.is_unobserved {
            let message = "this file begins or ends transactions, or cannot run in one: which locks it takes, and for how long, is unknown";
            messages.entry(Rule::NotObserved).or_default().push(message.to_owned());
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
    // The rows that an INSERT writes are new: others do not wait for them.
    let mut observation = step.observation.clone();
    if step.verb == "INSERT" {
        observation.writes.clear();
    }
    let all = sizes.work(&observation, &written);
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
    let scanned = step.observation.scans.keys();
    let has = |wanted: fn(LockMode) -> bool| {
        let locked = scanned
            .clone()
            .filter(|name| held.get(*name).is_some_and(|lock| wanted(*lock)));
        locked.cloned().collect::<BTreeSet<_>>()
    };
    let exactly = has(|lock| lock == LockMode::RowExclusive);
    match step.verb.as_str() {
        // An INSERT does not change the rows that it reads; the others do, but not in this way.
        "ALTER" | "CREATE" | "DROP" | "REINDEX" | "CLUSTER" | "REFRESH" | "COMMENT" | "INSERT" => BTreeSet::new(),
        // The transaction may hold a stronger lock already.
        "UPDATE" | "DELETE" | "MERGE" if exactly.is_empty() => has(|lock| lock > LockMode::RowExclusive),
        _ => exactly,
    }
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
            |event: &Event| matches!(event, Event::ConstraintAdded { kind, is_valid: true } if *kind == wanted);
        step.events.iter().any(is_wanted)
    };
    match work.kind {
        WorkKind::Write => Rule::UpdatingManyRows,
        _ if any(|event| matches!(event, Event::ConstraintValidated { is_new: true })) => {
            Rule::ConstraintMissingNotValid
        }
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

fn waits_for_lock(step: &Step) -> String {
    let locks = blocking(&step.observation.locks);
    let names: Vec<String> = locks.iter().map(|(name, _)| name.plain()).collect();
    format!(
        "without lock_timeout, this statement may wait for a lock on {} as long as another transaction uses it, and all later \
         statements of others on it wait, too",
        names.join(", ")
    )
}
