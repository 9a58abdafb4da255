//! What numbers a column: identity and owned sequences, added, changed and taken away.

use super::{Phase, Planner};
use crate::{
    model::{Column, ColumnRef, DataType, Identity, Pair, QualifiedName, SequenceOptions, Table, TableName},
    render::{self, ident},
};

impl Planner<'_> {
    pub(super) fn identity(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        let (old, new) = (&tables.before.name, &tables.after.name);
        let (old_name, name) = (ident(&columns.before.name), ident(&columns.after.name));
        match (&columns.before.identity, &columns.after.identity) {
            // Done before the type changed.
            (Some(_), None) => {}
            (None, Some(identity)) => {
                // A column that took its values from a sequence or another default goes over to identity.
                if columns.before.default.is_some() {
                    self.push(
                        Phase::Alter,
                        render::alter_table(old, &[format!("ALTER COLUMN {old_name} DROP DEFAULT")]),
                    );
                }
                if let Some(sequence) = &columns.before.sequence {
                    self.push(Phase::Alter, self.without_owner(&sequence.name));
                }
                let clause = render::create::identity_clause(new, columns.after, identity);
                self.push(
                    Phase::Filled,
                    render::alter_table(new, &[format!("ALTER COLUMN {name} ADD {clause}")]),
                );
                self.push(
                    Phase::Filled,
                    continue_sequence(new, &columns.after.name, &identity.options),
                );
            }
            (Some(before), Some(after)) => {
                let mut actions = identity_actions(before, after);
                if bounds_do_not_fit(&before.options, &after.options) {
                    // Done before the type changed.
                    return;
                }
                let restarts = must_restart(&before.options, &after.options);
                if restarts {
                    actions.push(format!("RESTART WITH {}", after.options.start));
                }
                if !actions.is_empty() {
                    let sql = render::alter_table(new, &[format!("ALTER COLUMN {name} {}", actions.join(" "))]);
                    self.push(Phase::Filled, sql);
                }
                if restarts {
                    let sql = continue_sequence(new, &columns.after.name, &after.options);
                    self.push(Phase::Filled, sql);
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
            let new = self.request.renames.column(old, &column.name);
            let Some(next) = tables.after.column(&new).filter(|_| !column.inherited) else {
                continue;
            };
            if super::columns::made_generated(column, next) {
                continue;
            }
            let after = next.identity.as_ref();
            if column.identity.is_some() && after.is_none() {
                let action = format!("ALTER COLUMN {} DROP IDENTITY", ident(&column.name));
                self.push(Phase::Alter, render::alter_table(old, &[action]));
            }
            if let (Some(before), Some(after)) = (&column.identity, after)
                && bounds_do_not_fit(&before.options, &after.options)
            {
                let mut actions = identity_actions(before, after);
                // Where it stands may be beyond the bounds; it goes on from the rows below.
                actions.push(format!("RESTART WITH {}", after.options.start));
                let action = format!("ALTER COLUMN {} {}", ident(&column.name), actions.join(" "));
                self.push(Phase::Alter, render::alter_table(old, &[action]));
                let name = &tables.after.name;
                self.push(Phase::Fill, continue_sequence(name, &new, &after.options));
            }
        }
    }

    pub(super) fn sequence(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        let (old, new) = (&tables.before.name, &tables.after.name);
        let name = ident(&columns.after.name);
        match (&columns.before.sequence, &columns.after.sequence) {
            (Some(before), Some(after)) => {
                let actions = sequence_actions(&before.options, &after.options, true);
                self.push(
                    Phase::Alter,
                    format!("ALTER SEQUENCE {} {}", before.name, actions.join(" ")),
                );
            }
            (None, Some(after)) => {
                if !self.before().sequences.contains_key(&after.name) {
                    self.push(Phase::AddColumn, render::create::sequence(&after.name, &after.options));
                }
                let default = columns.after.default.clone().unwrap_or_default();
                self.push(
                    Phase::Filled,
                    render::alter_table(new, &[format!("ALTER COLUMN {name} SET DEFAULT {default}")]),
                );
                self.push(
                    Phase::Filled,
                    format!("ALTER SEQUENCE {} OWNED BY {new}.{name}", after.name),
                );
                self.push(
                    Phase::Filled,
                    continue_sequence(new, &columns.after.name, &after.options),
                );
            }
            (Some(before), None) if columns.after.identity.is_none() => {
                self.push(
                    Phase::Alter,
                    render::alter_table(
                        old,
                        &[format!("ALTER COLUMN {} DROP DEFAULT", ident(&columns.before.name))],
                    ),
                );
                self.push(Phase::Alter, self.without_owner(&before.name));
                if let Some(default) = &columns.after.default {
                    self.push(
                        Phase::Filled,
                        render::alter_table(new, &[format!("ALTER COLUMN {name} SET DEFAULT {default}")]),
                    );
                }
            }
            _ => {}
        }
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
                    self.push(Phase::TakeDown, self.without_owner(&sequence.name));
                }
            }
        }
    }

    /// What becomes of a sequence whose column no longer takes from it.
    fn without_owner(&self, sequence: &QualifiedName) -> String {
        if self.after().sequences.contains_key(sequence) {
            format!("ALTER SEQUENCE {sequence} OWNED BY NONE")
        } else {
            format!("DROP SEQUENCE {sequence}")
        }
    }

    /// The sequence that a new column takes over, where it exists already.
    pub(super) fn existing_sequence<'c>(&self, column: &'c Column) -> Option<&'c QualifiedName> {
        let name = column.sequence.as_ref().map(|own| &own.name)?;
        self.before().sequences.contains_key(name).then_some(name)
    }

    /// Has a new table's columns take over sequences that exist; gives the statements for after its creation.
    pub(super) fn take_existing_sequences(&self, table: &mut Table) -> Vec<String> {
        let name = table.name.clone();
        let mut statements = Vec::new();
        for column in &mut table.columns {
            if let Some(sequence) = self.existing_sequence(column) {
                let own = ident(&column.name);
                statements.push(format!("ALTER SEQUENCE {sequence} OWNED BY {name}.{own}"));
                column.sequence = None;
            }
        }
        statements
    }
}

/// A new sequence goes on where the values that are there end, but not before it is said to start.
pub(super) fn continue_sequence(table: &TableName, column: &str, options: &SequenceOptions) -> String {
    let name = ident(column);
    let (step, start) = (options.increment, options.start);
    let next = if (step, start) == (1, 1) {
        format!("greatest(max({name}), 0) + 1")
    } else if step > 0 {
        format!("greatest(max({name}) + {step}, {start})")
    } else {
        format!("least(min({name}) - {}, {start})", step.unsigned_abs())
    };
    format!(
        "SELECT setval(pg_get_serial_sequence({}, {}), {next}, false) FROM {table}",
        crate::model::quote_literal(&table.to_string()),
        crate::model::quote_literal(column)
    )
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

fn identity_actions(before: &Identity, after: &Identity) -> Vec<String> {
    let mut actions = Vec::new();
    if before.always != after.always {
        actions.push(format!(
            "SET GENERATED {}",
            if after.always { "ALWAYS" } else { "BY DEFAULT" }
        ));
    }
    actions.extend(
        sequence_actions(&before.options, &after.options, false)
            .into_iter()
            .map(|action| format!("SET {action}")),
    );
    actions
}

fn sequence_actions(before: &SequenceOptions, after: &SequenceOptions, with_type: bool) -> Vec<String> {
    let mut actions = Vec::new();
    if before.data_type != after.data_type && with_type {
        actions.push(format!("AS {}", render::data_type(&after.data_type)));
    }
    let before = &moved(before, &after.data_type);
    if before.increment != after.increment {
        actions.push(format!("INCREMENT BY {}", after.increment));
    }
    if before.min != after.min {
        actions.push(format!("MINVALUE {}", after.min));
    }
    if before.max != after.max {
        actions.push(format!("MAXVALUE {}", after.max));
    }
    if before.start != after.start {
        actions.push(format!("START WITH {}", after.start));
    }
    if before.cache != after.cache {
        actions.push(format!("CACHE {}", after.cache));
    }
    if before.cycle != after.cycle {
        actions.push(if after.cycle { "CYCLE".into() } else { "NO CYCLE".into() });
    }
    actions
}
