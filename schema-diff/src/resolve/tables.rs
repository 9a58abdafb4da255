//! Tables and columns: which are the same, which are new, which go, what each becomes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject, types::settle};
use crate::{
    declared::{DeclaredColumn, DeclaredTable},
    model::{Column, Pair, Schema, SequenceOptions, Table, TableKind, TableName},
    renames::{
        Place,
        decide::{self, Candidate, DecidedBy},
        table_evidence,
    },
};
use schema_diff_grammar::attribute::{ColumnAttribute, TableAttribute};

/// Which tables are there on one side only, before renames are taken into account.
#[derive(Default)]
pub(super) struct Matches<'a> {
    /// Declared, and not there.
    added: Vec<&'a DeclaredTable>,
    /// There, and not declared.
    dropped: BTreeSet<TableName>,
}

impl<'a> Resolver<'a> {
    /// Finds each declared table, renamed ones included.
    pub(super) fn match_tables(&mut self) -> Matches<'a> {
        let mut matches = Matches::default();
        let before = self.input.before;
        let mut declared_names = BTreeSet::new();
        for table in &self.input.declared.tables {
            declared_names.insert(&table.name);
            let left_alone = table.is_view
                || (self.input.rules.ignores_table)(&table.name)
                || table.attributes.iter().any(|(attribute, _)| {
                    matches!(
                        attribute,
                        TableAttribute::Ignore | TableAttribute::View(_) | TableAttribute::MaterializedView(_)
                    )
                });
            if left_alone || before.views.contains_key(&table.name) || before.unmanaged.contains_key(&table.name) {
                continue;
            }
            match before.tables.get(&table.name) {
                Some(found) if found.partition_of.is_some() => {}
                Some(_) => self.managed.push((table, Some(table.name.clone()))),
                None => matches.added.push(table),
            }
        }
        // What lives in a schema of which schema.rs names no table is somebody else's.
        let named: BTreeSet<&str> = self
            .input
            .declared
            .tables
            .iter()
            .map(|table| table.name.schema.as_str())
            .collect();
        let mut left_alone: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, table) in &before.tables {
            let diesel_can_model_it = table.primary_key().is_some();
            let ours = table.partition_of.is_none() && diesel_can_model_it && !(self.input.rules.ignores_table)(name);
            if !ours || declared_names.contains(name) {
                continue;
            }
            let said = self.input.decisions.dropped_tables.contains(name)
                || self.input.decisions.tables.iter().any(|(old, _)| old == name);
            if said || name.schema == "public" || named.contains(name.schema.as_str()) {
                matches.dropped.insert(name.clone());
            } else {
                *left_alone.entry(&name.schema).or_default() += 1;
            }
        }
        for (schema, tables) in left_alone {
            self.remark(format!(
                "schema {schema}: schema.rs names no table of it, so its {tables} stay as they are; --drop {schema}.TABLE drops one",
                tables = if tables == 1 { "table".to_owned() } else { format!("{tables} tables") }
            ));
        }
        self.table_renames(&mut matches);
        for table in &matches.added {
            self.managed.push((table, None));
        }
        self.managed.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        matches
    }

    fn table_renames(&mut self, matches: &mut Matches<'a>) {
        let mut said: BTreeMap<String, (String, DecidedBy)> = BTreeMap::new();
        for table in &matches.added {
            for (attribute, at) in &table.attributes {
                let TableAttribute::RenamedFrom(old) = attribute else {
                    continue;
                };
                let old = qualified(old, &table.name.schema);
                if matches.dropped.contains(&old) {
                    said.insert(old.plain(), (table.name.plain(), DecidedBy::Attribute));
                } else {
                    self.remark(format!(
                        "{}:{}: renamed_from({:?}): there is no such table any more; the attribute can go",
                        at.file.display(),
                        at.line,
                        old.plain()
                    ));
                }
            }
        }
        for (old, new) in &self.input.decisions.tables {
            let known = matches.dropped.contains(old) && matches.added.iter().any(|table| table.name == *new);
            if known {
                said.insert(old.plain(), (new.plain(), DecidedBy::Person));
            } else {
                self.problem(
                    None,
                    format!("--rename-table {}:{}: the database must have {} and schema.rs must have {}, and not the other way round", old.plain(), new.plain(), old.plain(), new.plain()),
                    "name the table as it is in the database, a colon, and its name in schema.rs",
                );
            }
        }
        if matches.added.is_empty() || matches.dropped.is_empty() {
            return;
        }
        let dropped: Vec<TableName> = matches.dropped.iter().cloned().collect();
        let added: Vec<Table> = matches.added.iter().map(|table| self.rough_table(table)).collect();
        let surely: BTreeSet<String> = self
            .input
            .decisions
            .dropped_tables
            .iter()
            .map(TableName::plain)
            .collect();
        let before = self.input.before;
        let outcome = decide::assign(
            &dropped.iter().map(TableName::plain).collect::<Vec<_>>(),
            &added.iter().map(|table| table.name.plain()).collect::<Vec<_>>(),
            &said,
            &surely,
            |old, new| {
                let mut evidence = table_evidence(&before.tables[&dropped[old]], &added[new]);
                if dropped[old].schema != added[new].name.schema {
                    evidence.reasons.push(format!(
                        "moves from schema {} to {}",
                        dropped[old].schema, added[new].name.schema
                    ));
                }
                evidence
            },
        );
        for verdict in outcome.renames {
            let Some(old) = dropped.iter().find(|name| name.plain() == verdict.from).cloned() else {
                continue;
            };
            let Some(at) = matches.added.iter().position(|table| table.name.plain() == verdict.to) else {
                continue;
            };
            let table = matches.added.remove(at);
            matches.dropped.remove(&old);
            self.out.renames.tables.insert(old.clone(), table.name.clone());
            self.managed.push((table, Some(old)));
            self.out.verdicts.push((Subject::Table, verdict));
        }
        self.out
            .undecided
            .extend(outcome.undecided.into_iter().map(|open| (Subject::Table, open)));
    }

    /// A declared table as far as evidence needs it: names, types, key.
    fn rough_table(&mut self, declared: &DeclaredTable) -> Table {
        let mut table = Table::new(declared.name.clone());
        for column in &declared.columns {
            if let Some((data_type, _)) = self.column_type(column) {
                table
                    .columns
                    .push(Column::new(&column.name, data_type, column.nullable));
            }
        }
        self.set_primary_key(&mut table, declared);
        table
    }

    /// Decides column renames, then builds every table of after.
    pub(super) fn tables(&mut self, matches: &Matches<'a>) {
        let managed = self.managed.clone();
        for (declared, before) in &managed {
            if let Some(before) = before.as_ref().and_then(|name| self.input.before.tables.get(name)) {
                self.column_renames(declared, before);
            }
        }
        self.inherited_renames();
        self.apply_renames();
        for name in &matches.dropped {
            self.out.after.tables.remove(name);
            self.out
                .after
                .tables
                .retain(|_, table| table.partition_of.as_ref().is_none_or(|of| of.parent != *name));
        }
        for (declared, before) in &managed {
            match before {
                None => self.create_table(declared),
                Some(_) => self.update_table(declared),
            }
        }
    }

    fn column_renames(&mut self, declared: &DeclaredTable, before: &Table) {
        let ignored = |name: &str| (self.input.rules.ignores_column)(&declared.name, name);
        let gone: Vec<&Column> = before
            .columns
            .iter()
            .filter(|column| !declared.columns.iter().any(|other| other.name == column.name) && !ignored(&column.name))
            .collect();
        let come: Vec<&DeclaredColumn> = declared
            .columns
            .iter()
            .filter(|column| before.column(&column.name).is_none() && !ignored(&column.name))
            .collect();
        let mut said: BTreeMap<String, (String, DecidedBy)> = BTreeMap::new();
        let mut notes = Vec::new();
        for column in &declared.columns {
            for (attribute, at) in &column.attributes {
                let ColumnAttribute::RenamedFrom(old) = attribute else {
                    continue;
                };
                if gone.iter().any(|other| other.name == *old) {
                    said.insert(old.clone(), (column.name.clone(), DecidedBy::Attribute));
                } else {
                    notes.push(format!(
                        "{}:{}: renamed_from({old:?}): there is no such column any more; the attribute can go",
                        at.file.display(),
                        at.line
                    ));
                }
            }
        }
        let of_this = |name: &TableName| *name == declared.name || *name == before.name;
        for (_, from, to) in self.input.decisions.columns.iter().filter(|(table, ..)| of_this(table)) {
            if gone.iter().any(|column| column.name == *from) && come.iter().any(|column| column.name == *to) {
                said.insert(from.clone(), (to.clone(), DecidedBy::Person));
            } else {
                self.problem(
                    Some(&declared.location),
                    format!("--rename {}.{from}:{to}: the database must have {from} and not {to}, schema.rs the other way round", declared.name.plain()),
                    "name the column as it is in the database, a colon, and its name in schema.rs",
                );
            }
        }
        self.out.remarks.extend(notes);
        if gone.is_empty() || come.is_empty() {
            return;
        }
        let surely: BTreeSet<String> = self
            .input
            .decisions
            .dropped_columns
            .iter()
            .filter(|(table, _)| of_this(table))
            .map(|(_, column)| column.clone())
            .collect();
        let rough: Vec<Column> = come
            .iter()
            .filter_map(|column| {
                let (data_type, _) = self.column_type(column)?;
                let mut rough = Column::new(&column.name, data_type, column.nullable);
                rough.default = column.attributes.iter().find_map(|(attribute, _)| match attribute {
                    ColumnAttribute::Default(text) => text.clone(),
                    ColumnAttribute::Backfill(text) => Some(text.clone()),
                    _ => None,
                });
                Some(rough)
            })
            .collect();
        let old_names: Vec<&str> = before.columns.iter().map(|column| column.name.as_str()).collect();
        let new_names: Vec<&str> = declared.columns.iter().map(|column| column.name.as_str()).collect();
        let place = |names: &[&str], others: &[&str], name: &str| {
            let at = names.iter().position(|other| *other == name).unwrap_or(0);
            Place {
                kept_before: names[..at].iter().filter(|other| others.contains(other)).count(),
                among_fellows: names[..at]
                    .iter()
                    .rev()
                    .take_while(|other| !others.contains(other))
                    .count(),
            }
        };
        let dropped: Vec<Candidate<'_>> = gone
            .iter()
            .map(|column| Candidate {
                column,
                place: place(&old_names, &new_names, &column.name),
            })
            .collect();
        let added: Vec<Candidate<'_>> = rough
            .iter()
            .map(|column| Candidate {
                column,
                place: place(&new_names, &old_names, &column.name),
            })
            .collect();
        let outcome = decide::columns(&dropped, &added, &said, &surely);
        let subject = Subject::Column(before.name.clone());
        for verdict in outcome.renames {
            self.out
                .renames
                .columns
                .entry(before.name.clone())
                .or_default()
                .insert(verdict.from.clone(), verdict.to.clone());
            self.out.verdicts.push((subject.clone(), verdict));
        }
        self.out
            .undecided
            .extend(outcome.undecided.into_iter().map(|open| (subject.clone(), open)));
    }

    /// Puts everything of before under its names of after.
    fn apply_renames(&mut self) {
        let renames = &self.out.renames;
        if renames.is_empty() {
            return;
        }
        self.out.after.tables = self
            .input
            .before
            .tables
            .iter()
            .map(|(name, table)| {
                let mut table = table.clone();
                table.name = renames.table(name);
                table.columns = table
                    .columns
                    .iter()
                    .map(|column| renames.map_column(name, column))
                    .collect();
                table.constraints = table
                    .constraints
                    .iter()
                    .map(|(key, found)| (key.clone(), renames.map_constraint(name, found)))
                    .collect();
                table.indexes = table
                    .indexes
                    .iter()
                    .map(|(key, found)| (key.clone(), renames.map_index(name, found)))
                    .collect();
                if let Some(partition) = &mut table.partition_of {
                    partition.parent = renames.table(&partition.parent);
                }
                table.inherits = table.inherits.iter().map(|parent| renames.table(parent)).collect();
                if let TableKind::Partitioned { key } = &mut table.kind {
                    *key = renames.expression(name, key);
                }
                (table.name.clone(), table)
            })
            .collect();
        self.out
            .after
            .namespaces
            .extend(renames.tables.values().map(|name| name.schema.clone()));
        super::consequences::rename_default_names(&mut self.out.after, self.input.before, renames);
    }

    fn create_table(&mut self, declared: &'a DeclaredTable) {
        let mut table = Table::new(declared.name.clone());
        self.out.after.namespaces.insert(declared.name.schema.clone());
        for column in &declared.columns {
            if let Some(column) = self.create_column(declared, column) {
                table.columns.push(column);
            }
        }
        for (attribute, _) in &declared.attributes {
            match attribute {
                TableAttribute::Comment(text) => table.comment = Some(text.clone()).filter(|text| !text.is_empty()),
                TableAttribute::PartitionBy(key) => table.kind = TableKind::Partitioned { key: key.clone() },
                _ => {}
            }
        }
        self.set_primary_key(&mut table, declared);
        self.out.after.tables.insert(table.name.clone(), table);
    }

    fn create_column(&mut self, table: &DeclaredTable, declared: &DeclaredColumn) -> Option<Column> {
        let (data_type, _) = self.column_type(declared)?;
        self.new_columns.insert((table.name.clone(), declared.name.clone()));
        let mut column = Column::new(&declared.name, data_type, declared.nullable);
        self.number(table, declared, &mut column);
        self.column_facts(table, declared, &mut column, None);
        Some(column)
    }

    fn update_table(&mut self, declared: &'a DeclaredTable) {
        let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
            return;
        };
        let ignored = |name: &str| (self.input.rules.ignores_column)(&declared.name, name);
        table.columns.retain(|column| {
            column.inherited || ignored(&column.name) || declared.columns.iter().any(|other| other.name == column.name)
        });
        for column in declared.columns.iter().filter(|column| !ignored(&column.name)) {
            if let Some(at) = table.columns.iter().position(|other| other.name == column.name) {
                if !table.columns[at].inherited {
                    let updated = self.update_column(declared, column, &table.columns[at]);
                    table.columns[at] = updated;
                }
            } else if let Some(created) = self.create_column(declared, column) {
                table.columns.push(created);
            }
        }
        let comment = declared.attributes.iter().find_map(|(attribute, _)| match attribute {
            TableAttribute::Comment(text) => Some(text.clone()),
            _ => None,
        });
        if comment.is_some() || self.input.rules.drops(super::ObjectKind::Comments) {
            table.comment = comment.filter(|text| !text.is_empty());
        }
        self.update_primary_key(&mut table, declared);
        self.out.after.tables.insert(table.name.clone(), table);
    }

    fn update_column(&mut self, table: &DeclaredTable, declared: &DeclaredColumn, actual: &Column) -> Column {
        let mut column = actual.clone();
        if let Some((mut data_type, in_full)) = self.column_type(declared) {
            if !in_full {
                data_type = self.as_printed(declared, &actual.data_type, data_type);
            }
            column.data_type = settle(self.input.before, &actual.data_type, &data_type, in_full);
        }
        let domain_refuses_null = self
            .input
            .before
            .domain(&column.data_type.name)
            .is_some_and(|domain| domain.not_null);
        // What the domain says of NULL cannot be unsaid by the column.
        if !domain_refuses_null {
            column.nullable = declared.nullable;
        } else if declared.nullable {
            self.remark(format!(
                "{}:{}: {}.{} is Nullable here, but its domain {} takes no NULL",
                declared.location.file.display(),
                declared.location.line,
                table.name.plain(),
                declared.name,
                column.data_type.name.plain()
            ));
        }
        if column.data_type != actual.data_type {
            let now = column.data_type.clone();
            retyped(&mut column, Pair::new(&actual.data_type, &now), &self.out.after);
        }
        if declared.data_type.serial && actual.default.is_none() && actual.identity.is_none() {
            self.number(table, declared, &mut column);
        }
        let lost_default = actual.default.is_some() && column.default.is_none();
        self.column_facts(table, declared, &mut column, Some(actual));
        let says_default = |(attribute, _): &(ColumnAttribute, _)| matches!(attribute, ColumnAttribute::Default(_));
        let undeclared = !declared.attributes.iter().any(says_default);
        if lost_default && undeclared && !self.input.rules.drops(super::ObjectKind::Defaults) {
            self.note(format!(
                "{}.{}: its default {} is no {}, and goes; say another with #[schema_diff::default(\"...\")]",
                table.name.plain(),
                declared.name,
                actual.default.as_deref().unwrap_or_default(),
                column.data_type
            ));
        }
        column
    }
}

/// What a change of type takes along: the sequence's width, the cast in a default.
fn retyped(column: &mut Column, types: Pair<&crate::model::DataType>, after: &Schema) {
    let widen = |options: &mut SequenceOptions| {
        if types.after.is_integer() && *options == SequenceOptions::default_for(types.before) {
            *options = SequenceOptions::default_for(types.after);
        }
    };
    if let Some(identity) = &mut column.identity
        && types.after.is_integer()
    {
        // Postgres takes the sequence along, with the bounds that were its type's own.
        let (old, new) = (
            SequenceOptions::default_for(types.before),
            SequenceOptions::default_for(types.after),
        );
        if identity.options.max == old.max {
            identity.options.max = new.max;
        }
        identity.options.data_type = new.data_type;
    }
    if let Some(sequence) = &mut column.sequence {
        widen(&mut sequence.options);
    } else if let Some(default) = &column.default {
        column.default = super::expressions::recast_default(default, types, after);
    }
}

/// `schema.name` or `name`, as a person writes it.
pub fn qualified(text: &str, default_schema: &str) -> TableName {
    match text.split_once('.') {
        Some((schema, name)) => TableName::new(schema, name),
        None => TableName::new(default_schema, text),
    }
}
