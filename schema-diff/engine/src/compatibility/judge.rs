//! When to deploy, from what was observed. Pure.

use super::{
    Facts, Kind, Order, Outcome, ProgramStatement, State, Trial,
    actual::Actual,
    denied::denied,
    finding::{Cause, Certainty, Finding},
    held::is_kept_as_text,
    narrowed::{has_constraint, narrowed},
    observe::Refusal,
    program::{Filled, KnownColumn, KnownTable, base_type},
    readable::{Enums, Reading, reading},
    reason::{Concern, Reason, Refused, missing, missing_label, read_as},
    referring::referring,
    usage::Source,
};
use crate::model::{Column, Schema, TableName};

/// When the new program can be deployed, and what fails at other times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compatibility {
    /// When to deploy.
    pub order: Order,
    /// How many parts the migration has.
    pub parts: usize,
    /// What fails of the program of before once the migration has run.
    pub old: Vec<Finding>,
    /// What fails of the new program while the migration has not run.
    pub new: Vec<Finding>,
    /// Where the queries of the program of before were read.
    pub source: Source,
    /// The changed columns that no query of the program of before uses, as far as its code was understood.
    pub unused: Vec<(TableName, String)>,
    /// Whether what no query uses does not count.
    pub relies_on_code: bool,
}

/// Says when the new program can be deployed.
///
/// Both programs run at the state in which it is deployed; the program of before also at the states before, the new one at those after it.
/// If there is no state at which nothing can fail, the rule is relaxed.
pub fn judge(facts: &Facts) -> Compatibility {
    let (Some(first), Some(last)) = (facts.states.first(), facts.states.last()) else {
        return Compatibility::default();
    };
    let old = judges(&facts.trials.before, true, first);
    let new = judges(&facts.trials.after, false, last);
    let is_observed = old.iter().chain(&new).any(Judge::is_observed);
    let denied = denied(facts);
    let program = facts.trials.before.iter().find(|own| own.file.is_none());
    let program = program.map(|own| &own.program);
    let broken = new.iter().flat_map(|own| own.broken_at_home(&old));
    let found = new.iter().flat_map(|own| own.findings(facts.states.iter().rev()));
    let new: Vec<Finding> = found.chain(broken).chain(denied.after).collect();
    let old = old.iter().flat_map(|own| own.findings(facts.states.iter()));
    let old: Vec<Finding> = old.chain(denied.before).collect();
    Compatibility {
        order: match order(&facts.states, &old, &new) {
            Order::Either if !is_observed => Order::Unknown,
            order => order,
        },
        parts: last.after_part,
        old: each_once(old),
        new: each_once(new),
        source: program.map(|own| own.source.clone()).unwrap_or_default(),
        unused: program.map(|own| own.unused.clone()).unwrap_or_default(),
        relies_on_code: program.is_some_and(|own| own.is_narrowed),
    }
}

/// Returns the judges of the programs as owners; [`denied`] judges them as other roles.
fn judges<'a>(trials: &'a [Trial], is_old: bool, home: &'a State) -> Vec<Judge<'a>> {
    let owned = trials.iter().enumerate().filter(|(_, own)| own.role.is_none());
    owned
        .map(|(at, trial)| Judge {
            at,
            trial,
            is_old,
            home,
        })
        .collect()
}

/// What counts as a failure, from the strictest on.
#[derive(Clone, Copy)]
enum Rule {
    /// Whatever may fail.
    Anything,
    /// Whatever may fail of the new program; of the old one what fails whatever the rows are.
    AnythingNew,
    /// What fails whatever the rows are. The new program also meets values that the old one has written before; the other way round only if
    /// the new one writes values of which the old one knows nothing.
    Certain,
}

impl Rule {
    const ALL: [Self; 3] = [Self::Anything, Self::AnythingNew, Self::Certain];

    fn counts(self, finding: &Finding, is_old: bool) -> bool {
        match (self, finding.certainty) {
            (Self::Anything, _) | (_, Certainty::Always) => true,
            (Self::AnythingNew, _) | (Self::Certain, Certainty::UnknownValues) => !is_old,
            (Self::Certain, Certainty::MayBeRefused) => false,
        }
    }
}

fn order(states: &[State], old: &[Finding], new: &[Finding]) -> Order {
    let parts = states.last().map_or(0, |own| own.after_part);
    let possible = |rule: Rule| -> Vec<usize> {
        let works = |at: &usize| {
            let mut old = old.iter().filter(|own| own.after_part <= *at);
            let mut new = new.iter().filter(|own| own.after_part >= *at);
            !old.any(|own| rule.counts(own, true)) && !new.any(|own| rule.counts(own, false))
        };
        states.iter().map(|own| own.after_part).filter(works).collect()
    };
    let found = Rule::ALL.into_iter().map(possible).find(|states| !states.is_empty());
    Order::of(&found.unwrap_or_default(), states.len(), parts)
}

/// Leaves each finding once, at the state that is nearest to the program's own.
fn each_once(all: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for own in all {
        if !kept
            .iter()
            .any(|other| other.file == own.file && other.table == own.table && other.reason == own.reason)
        {
            kept.push(own);
        }
    }
    kept.sort_by_key(|own| own.certainty);
    kept
}

/// The inputs for one program.
struct Judge<'a> {
    /// The number of its trial.
    at: usize,
    trial: &'a Trial,
    is_old: bool,
    /// The state for which the program was written.
    home: &'a State,
}

impl Judge<'_> {
    fn outcomes<'s>(&self, state: &'s State) -> &'s [Outcome] {
        state.of_trial(self.is_old, self.at)
    }

    /// Returns whether any of the statements ran at home.
    fn is_observed(&self) -> bool {
        self.outcomes(self.home).iter().any(|own| own.ran.is_ok())
    }

    /// Returns what fails at these states and not at home.
    fn findings<'s>(&self, states: impl Iterator<Item = &'s State>) -> Vec<Finding> {
        let at_home = self.at(self.home);
        let others = states.filter(|state| state.after_part != self.home.after_part);
        let is_new = |own: &Finding| {
            !at_home
                .iter()
                .any(|home| home.table == own.table && home.reason == own.reason)
        };
        let found = others.flat_map(|state| self.at(state)).filter(is_new);
        let named = |own| Finding {
            file: self.trial.file.clone(),
            ..own
        };
        found.map(named).collect()
    }

    /// Returns what fails of the new program after the migration, too, and did not fail for the program of before: a trigger that the migration
    /// creates refuses it, for example.
    fn broken_at_home(&self, before: &[Judge<'_>]) -> Vec<Finding> {
        let all = self.trial.statements.iter().zip(self.outcomes(self.home));
        let found = all.flat_map(|(statement, now)| {
            let control = before.iter().find_map(|own| own.worked_at_home(statement));
            control.map_or_else(Vec::new, |control| self.observed(self.home, statement, now, control))
        });
        found
            .filter(|own| own.certainty == Certainty::Always && matches!(own.cause, Cause::Other | Cause::Null))
            .collect()
    }

    /// Returns the outcome at home of a statement of this kind that worked.
    fn worked_at_home(&self, like: &ProgramStatement) -> Option<&Outcome> {
        let all = self.trial.statements.iter().zip(self.outcomes(self.home));
        let mut same = all.filter(|(own, _)| own.table == like.table && own.kind == like.kind);
        same.find_map(|(_, outcome)| outcome.ran.is_ok().then_some(outcome))
    }

    /// Returns what fails at a state: what Postgres refused, and what the schema tells.
    fn at(&self, state: &State) -> Vec<Finding> {
        let outcomes = self.outcomes(state).iter().zip(self.outcomes(self.home));
        let observed = self.trial.statements.iter().zip(outcomes);
        let observed = observed.flat_map(|(statement, (now, home))| self.observed(state, statement, now, home));
        let mut found: Vec<Finding> = observed.collect();
        for known in &self.trial.program.tables {
            let Some(actual) = Actual::find(&state.schema, &known.name) else {
                let reason = Reason::always(Cause::Name, format!("names a table that {}", missing(self.is_old)));
                found.push(finding(state, known, Kind::Select, reason));
                continue;
            };
            let told = self.told(known, actual, state.after_part == self.home.after_part);
            found.extend(
                told.into_iter()
                    .map(|(kind, reason)| finding(state, known, kind, reason)),
            );
        }
        found.extend(self.kept_rows(state));
        found
    }

    /// Returns from which tables rows cannot be deleted because of other tables. Whether the code deletes rows is known of touched tables only.
    fn kept_rows(&self, state: &State) -> Vec<Finding> {
        let program = &self.trial.program;
        let found = referring(program, &self.home.schema, &state.schema).into_iter();
        let may_delete = |table: &TableName| {
            let known = program.table(table);
            known.is_none_or(|own| own.changes.is_possible())
        };
        let found = found.filter(|(table, _)| may_delete(table));
        found
            .map(|(table, text)| plain_finding(state, &table, Kind::Delete, refused(text)))
            .collect()
    }

    fn observed(&self, state: &State, statement: &ProgramStatement, now: &Outcome, home: &Outcome) -> Vec<Finding> {
        let known = self.trial.program.table(&statement.table);
        let actual = Actual::find(&state.schema, &statement.table);
        let (Some(known), Some(actual)) = (known, actual) else {
            return Vec::new();
        };
        let finding = |reason| finding(state, known, statement.kind, reason);
        let explained = |refusal| {
            let refused = Refused {
                refusal,
                known,
                actual,
                statement: statement.kind,
                is_old: self.is_old,
            };
            finding(refused.reason())
        };
        match (&now.prepared, &now.ran) {
            (Err(refusal), _) if home.prepared.is_ok() => vec![explained(refusal)],
            (Err(_), _) => Vec::new(),
            (Ok(types), ran) => {
                let columns = statement.reads.iter().zip(types);
                let read = columns.filter_map(|(own, now)| read_as(own, now, &state.schema));
                let ran = ran
                    .as_ref()
                    .err()
                    .filter(|own| self.counts(own, home, state, &statement.table));
                read.map(finding).chain(ran.map(explained)).collect()
            }
        }
    }

    /// Returns whether it means anything that a statement fails when it runs.
    fn counts(&self, refusal: &Refusal, home: &Outcome, state: &State, table: &TableName) -> bool {
        // A missing value is refused before constraints are checked.
        let is_told = home.ran.is_ok() || refusal.code == "23502" && home.ran.as_ref() != Err(refusal);
        let name = refusal.constraint.as_deref().unwrap_or_default();
        // References from tables and columns that the program does not know are those of generated rows.
        let of_other = || {
            let mut owners = state.schema.tables.values();
            let found = owners.find_map(|table| Some((&table.name, table.constraints.get(name)?)));
            found.is_some_and(|(owner, key)| {
                let known = self.trial.program.table(owner);
                !known.is_some_and(|known| key.columns().iter().all(|own| known.column(own).is_some()))
            })
        };
        // A key that the program knows refuses numbers that generated rows have already.
        let is_known_key = || {
            let tables = [state, self.home].map(|own| own.schema.tables.get(table));
            let [Some(here), Some(home)] = tables else { return false };
            let found = here.constraints.get(name);
            found.is_some_and(|own| has_constraint(home, own))
        };
        is_told && !(refusal.code == "23503" && of_other()) && !(refusal.code == "23505" && is_known_key())
    }

    /// Returns what the schema tells of a table.
    fn told(&self, known: &KnownTable, actual: Actual<'_>, is_home: bool) -> Vec<(Kind, Reason)> {
        let mut found = Vec::new();
        if known.is_exchanged && !is_home {
            let text = "means another table".to_owned();
            found.push((Kind::Select, Reason::always(Cause::Name, text)));
        }
        for column in known.columns.iter().filter(|own| own.is_used()) {
            let own = self.told_of(column, known, actual, is_home).into_iter();
            found.extend(own.map(|(kind, reason)| (kind, reason.of_column(&column.name))));
        }
        let writes = !known.is_view && (known.inserts.is_possible() || known.changes.is_possible());
        if let Some(home) = Actual::find(&self.home.schema, &known.name).filter(|_| writes) {
            let narrowed = narrowed(known, home, actual, self.is_old).into_iter();
            found.extend(narrowed.map(|text| (Kind::Insert, refused(text))));
        }
        found
    }

    /// Returns what the schema tells of a column.
    fn told_of(
        &self,
        column: &KnownColumn,
        known: &KnownTable,
        actual: Actual<'_>,
        is_home: bool,
    ) -> Vec<(Kind, Reason)> {
        let mut found = Vec::new();
        if column.is_exchanged && !is_home && actual.data_type(&column.name).is_some() {
            let text = format!("reads {}, whose name or labels mean another value", column.name);
            found.push((Kind::Select, Reason::always(Cause::Name, text)));
        }
        if column.read.is_possible() {
            let read = read_null(column, actual, is_home)
                .into_iter()
                .chain(read_labels(column, actual))
                .chain(self.read_padded(known, column, actual));
            found.extend(read.map(|reason| (Kind::Select, reason)));
        }
        if column.written.is_possible() && !known.is_view {
            let label = missing_label(column, actual, self.is_old);
            let written = label.into_iter().chain(shown_as_text(column, actual));
            found.extend(written.map(|reason| (Kind::Insert, reason)));
        }
        found
    }

    /// Says that a text has blanks at its end after the migration, and none before. Values that had them keep them.
    fn read_padded(&self, known: &KnownTable, column: &KnownColumn, actual: Actual<'_>) -> Option<Reason> {
        let home = self.home.schema.tables.get(&known.name)?.column(&column.name)?;
        let here = actual.column(&column.name)?;
        let (before, after) = if self.is_old { (home, here) } else { (here, home) };
        let text = || format!("reads {} with other blanks at its end", column.name);
        let is_text = matches!(before.data_type.builtin_name(), Some("text" | "varchar"));
        (is_text && is_padded(after)).then(|| Reason::new(Certainty::UnknownValues, Cause::Type, text()))
    }
}

/// Returns whether a column has texts with blanks at their ends.
fn is_padded(column: &Column) -> bool {
    column.data_type.builtin_name() == Some("bpchar") && column.data_type.modifier.is_some()
}

/// Says that a text column keeps values of another type as Postgres shows them.
fn shown_as_text(known: &KnownColumn, actual: Actual<'_>) -> Option<Reason> {
    let (from, to) = (&known.data_type, actual.data_type(&known.name)?);
    let text = || {
        format!(
            "writes {} as {from}, of which {to} keeps what Postgres shows",
            known.name
        )
    };
    is_kept_as_text(from, to).then(|| Reason::always(Cause::Type, text()))
}

fn refused(text: String) -> Reason {
    Reason::new(Certainty::MayBeRefused, Cause::Other, text)
}

fn finding(state: &State, known: &KnownTable, statement: Kind, reason: Reason) -> Finding {
    let origin = match &reason.concern {
        Concern::Nothing => None,
        Concern::Insert => known.inserts.origin(),
        Concern::Column(name) => known.column(name).and_then(|own| own.origin(statement.is_read())),
    };
    Finding {
        origin: origin.cloned(),
        ..plain_finding(state, &known.name, statement, reason)
    }
}

fn plain_finding(state: &State, table: &TableName, statement: Kind, reason: Reason) -> Finding {
    Finding {
        origin: None,
        after_part: state.after_part,
        file: None,
        table: table.clone(),
        statement,
        certainty: reason.certainty,
        cause: reason.cause,
        reason: reason.text,
    }
}

fn read_null(known: &KnownColumn, actual: Actual<'_>, is_home: bool) -> Option<Reason> {
    let is_filled = match known.filled {
        Filled::No => false,
        Filled::ByMigration => is_home,
        Filled::Already => true,
    };
    let is_nullable = actual.column(&known.name)?.nullable && !is_filled;
    let text = || format!("may read NULL from {}", known.name);
    (is_nullable && !known.nullable).then(|| Reason::new(Certainty::UnknownValues, Cause::Null, text()))
}

fn read_labels(known: &KnownColumn, actual: Actual<'_>) -> Option<Reason> {
    if known.labels.is_empty() {
        return None;
    }
    let unknown = |text| Reason::new(Certainty::UnknownValues, Cause::Label, text);
    let Some(labels) = actual.labels(&known.name) else {
        let now = base_type(actual.data_type(&known.name)?, actual.schema);
        let enums = Enums {
            declared: true,
            actual: false,
        };
        let is_text = reading(&known.data_type, &now, enums) == Reading::SomeValues;
        return is_text.then(|| unknown(format!("may read a text that is no label from {}", known.name)));
    };
    let label = labels.iter().find(|own| !known.labels.contains(own))?;
    Some(unknown(format!("may read the label '{label}' from {}", known.name)))
}

/// Returns whether a schema has a table or a view of this name.
pub(crate) fn exists(schema: &Schema, name: &TableName) -> bool {
    schema.tables.contains_key(name) || schema.views.contains_key(name)
}
