//! What numbers a column: identity and owned sequences, added, changed and taken away.

use super::{Phase, Planner};
use crate::{
    create,
    model::{Column, ColumnRef, DataType, Identity, ObjectId, Pair, QualifiedName, SequenceOptions, Table, TableName},
    statement::{ColumnAction, Ddl, IdentityChange, RowChange, SequenceAction, SequenceOption},
};

impl Planner<'_> {
    pub(super) fn identity(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        let (old, new) = (&tables.before.name, &tables.after.name);
        let name = &columns.after.name;
        let set = |action| Ddl::alter_column(new, name, action);
        match (&columns.before.identity, &columns.after.identity) {
            // Done before the type changed.
            (Some(_), None) => {}
            (None, Some(identity)) => {
                // A column that took its values from a sequence or another default goes over to identity.
                if columns.before.default.is_some() {
                    let drop = Ddl::alter_column(old, &columns.before.name, ColumnAction::DropDefault);
                    self.push(Phase::Alter, drop);
                }
                if let Some(sequence) = &columns.before.sequence {
                    self.push(Phase::Alter, self.without_owner(&sequence.name));
                }
                self.push(Phase::Filled, set(ColumnAction::AddIdentity(identity.clone())));
                self.continue_sequence(Phase::Filled, new, name, &identity.options);
            }
            (Some(before), Some(after)) => {
                let mut change = identity_change(before, after);
                if bounds_do_not_fit(&before.options, &after.options) {
                    // Done before the type changed.
                    return;
                }
                let restarts = must_restart(&before.options, &after.options);
                change.restart = restarts.then_some(after.options.start);
                if !change.is_empty() {
                    self.push(Phase::Filled, set(ColumnAction::SetIdentity(change)));
                }
                if restarts {
                    self.continue_sequence(Phase::Filled, new, name, &after.options);
                }
            }
            (None, None) => {}
        }
    }

    /// Drops identities that a column's next type cannot have, and gives sequences bounds that a narrower type holds, before
    /// the types change.
    pub(super) fn fit_identities(&mut self, tables: Pair<&Table>) {
        let old = &tables.before.name;
        for column in &tables.before.columns {
            let new = self.request.matches.column(old, &column.name);
            let Some(next) = tables.after.column(&new).filter(|_| !column.inherited) else {
                continue;
            };
            if super::changed::becomes_generated(Pair::new(column, next)) {
                continue;
            }
            let set = |action| Ddl::alter_column(old, &column.name, action);
            let after = next.identity.as_ref();
            if column.identity.is_some() && after.is_none() {
                self.push(Phase::Alter, set(ColumnAction::DropIdentity));
            }
            if let (Some(before), Some(after)) = (&column.identity, after)
                && bounds_do_not_fit(&before.options, &after.options)
            {
                let change = IdentityChange {
                    // Its position may be beyond the bounds; it goes on from the rows below.
                    restart: Some(after.options.start),
                    ..identity_change(before, after)
                };
                self.push(Phase::Alter, set(ColumnAction::SetIdentity(change)));
                self.continue_sequence(Phase::Fill, &tables.after.name, &new, &after.options);
            }
        }
    }

    pub(super) fn sequence(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        let (old, new) = (&tables.before.name, &tables.after.name);
        let name = &columns.after.name;
        let set = |action| Ddl::alter_column(new, name, action);
        match (&columns.before.sequence, &columns.after.sequence) {
            (Some(before), Some(after)) => {
                let options = sequence_options(&before.options, &after.options, true);
                let alter = Ddl::AlterSequence {
                    name: before.name.clone(),
                    action: SequenceAction::Options(options),
                };
                self.push(Phase::Alter, alter);
            }
            (None, Some(after)) => {
                if !self.before().sequences.contains_key(&after.name) {
                    self.push(Phase::AddColumn, create::sequence(&after.name, &after.options));
                }
                let default = columns.after.default.clone().unwrap_or_default();
                self.push(Phase::Filled, set(ColumnAction::SetDefault(default)));
                self.push(Phase::Filled, create::owned_by(&after.name, new, name));
                self.continue_sequence(Phase::Filled, new, name, &after.options);
            }
            (Some(before), None) if columns.after.identity.is_none() => {
                let drop = Ddl::alter_column(old, &columns.before.name, ColumnAction::DropDefault);
                self.push(Phase::Alter, drop);
                self.push(Phase::Alter, self.without_owner(&before.name));
                if let Some(default) = columns.after.default.clone() {
                    self.push(Phase::Filled, set(ColumnAction::SetDefault(default)));
                }
            }
            _ => {}
        }
    }

    /// Whether Postgres refuses to add an identity column: before version 17 it passes none on to partitions.
    pub(super) fn refuses_new_identity(&self, table: &TableName) -> bool {
        let mut tables = self.after().tables.values();
        self.after().major_version() < 17
            && tables.any(|own| own.partition_of.as_ref().is_some_and(|of| of.parent == *table))
    }

    /// Adds a column numbered by a sequence that is there only meanwhile, and makes it an identity column then.
    pub(super) fn add_identity_apart(
        &mut self,
        table: &TableName,
        column: &Column,
        identity: &Identity,
        comments: Vec<String>,
    ) {
        let sequence = identity.sequence.sibling(format!("{}_filling", identity.sequence.name));
        self.push(Phase::AddColumn, create::sequence(&sequence, &identity.options));
        let numbered = Column {
            identity: None,
            default: Some(sequence.nextval()),
            ..column.clone()
        };
        let added = self.added(table, &numbered);
        self.push_with(Phase::AddColumn, comments, added);
        let drop = Ddl::alter_column(table, &column.name, ColumnAction::DropDefault);
        self.push(Phase::AddColumn, drop);
        self.push(Phase::AddColumn, Ddl::Drop(ObjectId::Sequence(sequence)));
        let add = ColumnAction::AddIdentity(Box::new(identity.clone()));
        self.push(Phase::Filled, Ddl::alter_column(table, &column.name, add));
        self.continue_sequence(Phase::Filled, table, &column.name, &identity.options);
    }

    fn continue_sequence(&mut self, phase: Phase, table: &TableName, column: &str, options: &SequenceOptions) {
        self.push(phase, Ddl::Rows(continue_sequence(table, column, options)));
    }
}

impl Planner<'_> {
    /// Keeps sequences that lose their column while another column takes its default from them.
    pub(super) fn keep_shared_sequences(&mut self) {
        for table in self.before().tables.values() {
            for column in &table.columns {
                let Some(sequence) = &column.sequence else { continue };
                let is_dropped = self.is_dropped(&ColumnRef::column(&table.name, &column.name));
                if is_dropped && self.after().sequences.contains_key(&sequence.name) {
                    self.push(Phase::DropDependents, self.without_owner(&sequence.name));
                }
            }
        }
    }

    /// What becomes of a sequence whose column no longer takes from it.
    fn without_owner(&self, sequence: &QualifiedName) -> Ddl {
        if self.after().sequences.contains_key(sequence) {
            Ddl::AlterSequence {
                name: sequence.clone(),
                action: SequenceAction::OwnedBy(None),
            }
        } else {
            Ddl::Drop(ObjectId::Sequence(sequence.clone()))
        }
    }

    /// The sequence that a new column takes over, where it exists already.
    pub(super) fn existing_sequence<'c>(&self, column: &'c Column) -> Option<&'c QualifiedName> {
        let name = column.sequence.as_ref().map(|own| &own.name)?;
        self.before().sequences.contains_key(name).then_some(name)
    }

    /// Has a new table's columns take over sequences that exist; gives the statements for after its creation.
    pub(super) fn take_existing_sequences(&self, table: &mut Table) -> Vec<Ddl> {
        let name = table.name.clone();
        let mut statements = Vec::new();
        for column in &mut table.columns {
            if let Some(sequence) = self.existing_sequence(column) {
                statements.push(create::owned_by(sequence, &name, &column.name));
                column.sequence = None;
            }
        }
        statements
    }
}

/// A new sequence goes on where the values that are there end, but not before it is said to start.
pub(super) fn continue_sequence(table: &TableName, column: &str, options: &SequenceOptions) -> RowChange {
    RowChange::ContinueSequence {
        table: table.clone(),
        column: column.to_owned(),
        options: options.clone(),
    }
}

/// Whether the position that a sequence has reached may be none that it can have now.
const fn must_restart(before: &SequenceOptions, after: &SequenceOptions) -> bool {
    let turns = before.increment.is_negative() != after.increment.is_negative();
    turns || after.min > before.min || (after.max < before.max && !is_own_bound(after))
}

/// Whether the greatest value is the type's own: values beyond it do not fit the column either.
const fn is_own_bound(options: &SequenceOptions) -> bool {
    options.max == i16::MAX as i64 || options.max == i32::MAX as i64 || options.max == i64::MAX
}

/// Whether a sequence has bounds of its own that its next type does not hold: Postgres takes along only the type's own.
fn bounds_do_not_fit(before: &SequenceOptions, after: &SequenceOptions) -> bool {
    let (old, new) = (
        SequenceOptions::default_for(&before.data_type),
        SequenceOptions::default_for(&after.data_type),
    );
    let least = |of: &SequenceOptions| -of.max - 1;
    new.max < old.max
        && ((before.max != old.max && before.max > new.max)
            || (before.min != least(&old) && before.min < least(&new))
            || before.start > new.max
            || before.start < least(&new))
}

/// The options that a sequence has once its type has changed: bounds that were the type's own are the new one's.
fn moved(before: &SequenceOptions, data_type: &DataType) -> SequenceOptions {
    let (old, new) = (
        SequenceOptions::default_for(&before.data_type),
        SequenceOptions::default_for(data_type),
    );
    let moves = before.data_type != *data_type;
    let least = |of: &SequenceOptions| -of.max - 1;
    SequenceOptions {
        data_type: data_type.clone(),
        max: if moves && before.max == old.max {
            new.max
        } else {
            before.max
        },
        min: if moves && before.min == least(&old) {
            least(&new)
        } else {
            before.min
        },
        ..before.clone()
    }
}

fn identity_change(before: &Identity, after: &Identity) -> IdentityChange {
    IdentityChange {
        always: (before.always != after.always).then_some(after.always),
        options: sequence_options(&before.options, &after.options, false),
        restart: None,
    }
}

fn sequence_options(before: &SequenceOptions, after: &SequenceOptions, with_type: bool) -> Vec<SequenceOption> {
    let is_retyped = before.data_type != after.data_type && with_type;
    let data_type = is_retyped.then(|| SequenceOption::DataType(after.data_type.clone()));
    let before = &moved(before, &after.data_type);
    let changed = |is_changed: bool, option| is_changed.then_some(option);
    let options = [
        changed(
            before.increment != after.increment,
            SequenceOption::Increment(after.increment),
        ),
        changed(before.min != after.min, SequenceOption::Min(after.min)),
        changed(before.max != after.max, SequenceOption::Max(after.max)),
        changed(before.start != after.start, SequenceOption::Start(after.start)),
        changed(before.cache != after.cache, SequenceOption::Cache(after.cache)),
        changed(before.cycle != after.cycle, SequenceOption::Cycle(after.cycle)),
    ];
    data_type.into_iter().chain(options.into_iter().flatten()).collect()
}
