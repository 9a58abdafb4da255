//! Identities and owned sequences of columns: added, changed and dropped.

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
            // `fit_identities` drops it before the type changes.
            (Some(_), None) => {}
            (None, Some(identity)) => {
                // A column that used a sequence or another default becomes an identity column.
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
                    // `fit_identities` changes it before the type changes.
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

    /// Drops identities that a column's new type cannot have, and sets the bounds of sequences to those of a narrower
    /// type, before the types change.
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
                    // Its position may exceed the new bounds; the statement below continues it after the existing rows.
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

    /// Returns whether Postgres refuses to add an identity column: before version 17, it adds none to partitions.
    pub(super) fn refuses_new_identity(&self, table: &TableName) -> bool {
        let mut tables = self.after().tables.values();
        self.after().major_version() < 17 && tables.any(|own| own.is_partition_of(table))
    }

    /// Adds a column that a temporary sequence numbers, and then makes it an identity column.
    pub(super) fn add_identity_later(
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
    /// Keeps sequences whose column is dropped while the default of another column uses them.
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

    /// Returns the statement for a sequence that its column no longer uses: it loses its owner or is dropped.
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

    /// Returns the existing sequence that a new column takes over.
    pub(super) fn existing_sequence<'c>(&self, column: &'c Column) -> Option<&'c QualifiedName> {
        let name = column.sequence.as_ref().map(|own| &own.name)?;
        self.before().sequences.contains_key(name).then_some(name)
    }

    /// Makes columns of a new table take over existing sequences; returns the statements that follow its creation.
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

/// Returns the change that continues a sequence after the existing values, but not before its start value.
pub(super) fn continue_sequence(table: &TableName, column: &str, options: &SequenceOptions) -> RowChange {
    RowChange::ContinueSequence {
        table: table.clone(),
        column: column.to_owned(),
        options: options.clone(),
    }
}

/// Returns whether the current position of a sequence may be invalid with its new options.
const fn must_restart(before: &SequenceOptions, after: &SequenceOptions) -> bool {
    let turns = before.increment.is_negative() != after.increment.is_negative();
    turns || after.min > before.min || (after.max < before.max && !is_own_bound(after))
}

/// Returns whether the maximum is that of the type: values beyond it do not fit the column either.
const fn is_own_bound(options: &SequenceOptions) -> bool {
    options.max == i16::MAX as i64 || options.max == i32::MAX as i64 || options.max == i64::MAX
}

/// Returns whether a sequence has explicit bounds that its new type cannot hold: Postgres adjusts only the bounds of
/// the type.
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

/// Returns the options of a sequence after its type has changed: bounds of the old type become those of the new type.
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
