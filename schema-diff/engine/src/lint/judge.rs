//! What is wrong with what a migration's statements did. Pure: locks and work were observed, events were read from the
//! catalogs, sizes are given.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Rule,
    broken::Broken,
    catalog::Catalog,
    event::{ConstraintKind, Event, ValueSource},
    message::Message,
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
    pub hint: String,
    /// Whether it is only a note.
    pub is_note: bool,
}

impl Judgement {
    /// Returns the judgement of a statement with one message.
    pub fn of(at: usize, message: Message) -> Self {
        Self {
            at,
            rule: message.rule,
            hint: message.hint.unwrap_or(message.rule.hint()).to_owned(),
            message: message.text,
            is_note: message.is_note,
        }
    }

    /// Adds another message of the same rule.
    fn add(&mut self, other: Self) {
        if self.message == other.message {
            return;
        }
        self.message = format!("{}; {}", self.message, other.message);
        if !self.hint.contains(&other.hint) {
            self.hint = format!("{}; {}", self.hint, other.hint);
        }
        self.is_note &= other.is_note;
    }
}

/// Judges the statements of a migration, in their order. Each rule is found at most once per statement.
pub(super) fn judge(steps: &[Step], sizes: Sizes<'_>, after: &Catalog) -> Vec<Judgement> {
    let mut found = Vec::new();
    let mut held: BTreeMap<QualifiedName, LockMode> = BTreeMap::new();
    let mut waits_without_limit = false;
    for (at, step) in steps.iter().enumerate() {
        if step.begins_transaction || step.is_alone {
            held.clear();
        }
        let locks = noticed(step, after);
        for (name, lock) in &locks {
            let own = held.entry(name.clone()).or_insert(*lock);
            *own = (*own).max(*lock);
        }
        let broken = Broken {
            step,
            steps,
            held: &held,
            sizes,
            after,
        };
        let mut messages = work(step, &held, sizes);
        messages.extend(broken.messages());
        messages.extend(
            step.is_unobserved
                .then(|| Message::new(Rule::NotObserved, NOT_OBSERVED.to_owned())),
        );
        let takes_lock = locks.values().any(|lock| lock.blocks_writes());
        if takes_lock && !step.has_lock_timeout && !waits_without_limit {
            waits_without_limit = true;
            messages.push(waits_for_lock(step, &locks));
        }
        let mut by_rule: BTreeMap<Rule, Judgement> = BTreeMap::new();
        for message in messages {
            let own = Judgement::of(at, message);
            match by_rule.get_mut(&own.rule) {
                Some(known) => known.add(own),
                None => drop(by_rule.insert(own.rule, own)),
            }
        }
        found.extend(by_rule.into_values());
    }
    found
}

const NOT_OBSERVED: &str = "this statement ends transactions itself: which tables it reads and writes is unknown";

/// Returns the locks of a statement that others can notice: nobody writes to a materialized view.
fn noticed(step: &Step, after: &Catalog) -> BTreeMap<QualifiedName, LockMode> {
    let locks = step.observation.locks.iter();
    let noticed = locks.filter(|(name, lock)| lock.blocks_reads() || !after.is_materialized_view(name));
    noticed.map(|(name, lock)| (name.clone(), *lock)).collect()
}

/// Returns the waits for work on large tables and on tables of unknown size. `held` are the locks of the transaction,
/// those of the statement included: they are held until it ends.
fn work(step: &Step, held: &BTreeMap<QualifiedName, LockMode>, sizes: Sizes<'_>) -> Vec<Message> {
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
            let message = Message::new(rule, wait.to_string());
            found.push(match hint(rule, step) {
                Some(hint) => message.with_hint(hint),
                None => message,
            });
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
            |event: &Event| matches!(event, Event::ConstraintAdded { kind, is_valid: true, .. } if *kind == wanted);
        step.events.iter().any(is_wanted)
    };
    match work.kind {
        WorkKind::Write => Rule::UpdatingManyRows,
        _ if any(|event| matches!(event, Event::ConstraintValidated { is_new: true })) => {
            Rule::ConstraintMissingNotValid
        }
        WorkKind::Rewrite | WorkKind::Build if any(|event| matches!(event, Event::ColumnRetyped { .. })) => {
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
        // A new type recreates the checks and foreign keys of its column.
        WorkKind::Scan if any(|event| matches!(event, Event::ColumnRetyped { .. })) => Rule::ChangingColumnType,
        WorkKind::Scan if any(|event| matches!(event, Event::NotNullSet { .. })) => Rule::AddingNotNullableField,
        WorkKind::Scan if any(|event| matches!(event, Event::ColumnAdded { is_required: true, .. })) => {
            Rule::AddingRequiredField
        }
        WorkKind::Scan if any(|event| matches!(event, Event::DomainConstraintAdded(_))) => {
            Rule::BanAlterDomainWithAddConstraint
        }
        WorkKind::Scan => Rule::WorkUnderLock,
    }
}

/// Returns what to do instead of work, if that depends on the statement.
fn hint(rule: Rule, step: &Step) -> Option<&'static str> {
    let adds = |wanted: ValueSource| {
        let is_wanted = |event: &Event| matches!(event, Event::ColumnAdded { source, .. } if *source == wanted);
        step.events.iter().any(is_wanted)
    };
    match rule {
        Rule::AddingFieldWithDefault if adds(ValueSource::Generated) => {
            Some("add an ordinary column that a trigger fills in new rows, and fill existing rows in batches")
        }
        Rule::AddingFieldWithDefault if adds(ValueSource::Identity) => Some(
            "add the column without identity, fill it from a sequence in new rows and, in batches, in existing ones; then set NOT NULL, and add the identity",
        ),
        Rule::ChangingColumnType if step.events.iter().any(is_between_timestamps) => Some(
            "if the values are in UTC, run SET LOCAL TimeZone = 'UTC' before: the table is then not rewritten; otherwise add a column of the new type, and fill it in batches",
        ),
        _ => None,
    }
}

fn is_between_timestamps(event: &Event) -> bool {
    let is_timestamp = |name: &str| name.starts_with("timestamp");
    matches!(event, Event::ColumnRetyped { from, to, .. } if is_timestamp(&from.name) && is_timestamp(&to.name))
}

fn waits_for_lock(step: &Step, locks: &BTreeMap<QualifiedName, LockMode>) -> Message {
    let names: Vec<String> = blocking(locks).iter().map(|(name, _)| name.plain()).collect();
    let text = format!(
        "without lock_timeout, this statement may wait for a lock on {} as long as another transaction uses it, and all later \
         statements of others on it wait, too",
        names.join(", ")
    );
    let message = Message::new(Rule::RequireLockTimeout, text);
    match step.is_alone {
        true => message.with_hint(
            "set lock_timeout for the session that runs the migration, for example by options=-c%20lock_timeout%3D2s in the URL",
        ),
        false => message,
    }
}
