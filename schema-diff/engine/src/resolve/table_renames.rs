//! Which declared tables are which of before: by name, by decision, by evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, Subject};
use crate::{
    declared::DeclaredTable,
    model::{Column, Schema, Table, TableName},
    renames::{
        decide::{self, DecidedBy, Names},
        evidence::{TableFacts, table_balance},
        pairs,
    },
};
use schema_diff_grammar::attribute::TableAttribute;

/// Which tables are there on one side only, before renames are taken into account.
#[derive(Default)]
pub(super) struct Matches<'a> {
    /// Declared, and not there.
    pub added: Vec<&'a DeclaredTable>,
    /// There, and not declared.
    pub dropped: BTreeSet<TableName>,
}

impl<'a> Resolver<'a> {
    /// Finds each declared table, renamed ones included.
    pub(super) fn match_tables(&mut self) -> Matches<'a> {
        let mut matches = Matches::default();
        let before = self.input.before;
        let replaced = self.replaced_tables();
        let crossed = self.crossed_tables(&replaced);
        let is_crossed = |name: &TableName| crossed.contains_key(name) || crossed.values().any(|old| old == name);
        let mut declared_names = BTreeSet::new();
        for table in &self.input.declared.tables {
            declared_names.insert(&table.name);
            if self.is_left_alone(table) {
                continue;
            }
            match before.tables.get(&table.name) {
                Some(found) if found.partition_of.is_some() => {}
                Some(_) if is_crossed(&table.name) => matches.added.push(table),
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
        let moved = self.namespace_renames(&matches, &named);
        let mut left_alone: BTreeMap<&str, BTreeSet<&TableName>> = BTreeMap::new();
        for (name, table) in &before.tables {
            if is_crossed(name) {
                matches.dropped.insert(name.clone());
                continue;
            }
            if !self.is_ours(table) || declared_names.contains(name) {
                continue;
            }
            let said = self.input.decisions.dropped_tables.contains(name)
                || is_renamed_from(&matches.added, name)
                || self
                    .input
                    .decisions
                    .tables
                    .iter()
                    .any(|(old, new)| old == name && new != name);
            let schema = name.schema.as_str();
            if said || self.is_managed_schema(schema) || moved.contains_key(schema) {
                matches.dropped.insert(name.clone());
            } else {
                left_alone.entry(schema).or_default().insert(name);
            }
        }
        self.out.unmanaged_tables = left_alone.values().flatten().map(|name| (*name).clone()).collect();
        // One whose name comes in another schema may have moved there, with its rows; so may all tables of a schema.
        let comes = |name: &TableName| matches.added.iter().any(|table| table.name.name == name.name);
        let may_move: BTreeSet<TableName> = left_alone
            .values()
            .flat_map(|tables| {
                tables
                    .iter()
                    .filter(|name| comes(name) || tables.len() <= matches.added.len())
            })
            .map(|name| (*name).clone())
            .collect();
        matches.dropped.extend(may_move);
        let exchanged = self.exchanged_tables(&matches, &replaced);
        self.table_renames(&mut matches, &crossed, &moved);
        self.ask_about_exchanged(exchanged);
        matches.dropped.retain(|name| !self.out.unmanaged_tables.contains(name));
        for (schema, mut tables) in left_alone {
            tables.retain(|name| !self.out.renames.tables.contains_key(*name));
            let tables = match tables.len() {
                0 => continue,
                1 => "table stays as it is".to_owned(),
                many => format!("{many} tables stay as they are"),
            };
            let flag = if schema == "public" {
                String::new()
            } else {
                format!("{schema}.")
            };
            self.remark(format!(
                "schema {schema}: schema.rs names no table of it, so its {tables}; --drop {flag}TABLE drops one",
            ));
        }
        for table in &matches.added {
            self.managed.push((table, None));
        }
        self.managed.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        matches
    }

    pub(super) fn is_left_alone(&self, table: &DeclaredTable) -> bool {
        let before = self.input.before;
        let by_attribute = table.attributes.iter().any(|(attribute, _)| {
            matches!(
                attribute,
                TableAttribute::Ignore | TableAttribute::View(_) | TableAttribute::MaterializedView(_)
            )
        });
        table.is_view
            || by_attribute
            || (self.input.rules.ignores_table)(&table.name)
            || before.views.contains_key(&table.name)
            || before.unmanaged.contains_key(&table.name)
    }

    /// Whether a table of before is one that schema.rs would declare.
    pub(super) fn is_ours(&self, table: &Table) -> bool {
        let diesel_can_model_it = table.primary_key().is_some();
        table.partition_of.is_none() && diesel_can_model_it && !(self.input.rules.ignores_table)(&table.name)
    }

    fn table_renames(
        &mut self,
        matches: &mut Matches<'a>,
        crossed: &BTreeMap<TableName, TableName>,
        moved: &BTreeMap<String, (String, DecidedBy)>,
    ) {
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
                    self.stale_renamed_from(at, "table", &old.plain());
                }
            }
        }
        self.stale_table_attributes(matches);
        // With its schema, a table goes where one of its name is.
        let mut along = BTreeSet::new();
        for old in &matches.dropped {
            if let Some((schema, by)) = moved.get(&old.schema)
                && let new = TableName::new(schema, &old.name)
                && matches.added.iter().any(|table| table.name == new)
            {
                along.insert(old.plain());
                said.insert(old.plain(), (new.plain(), *by));
            }
        }
        let is_there = |name: &TableName| self.input.before.tables.contains_key(name);
        for (old, new) in &self.input.decisions.tables {
            // `--rename-table a:a` says that it stays what it is.
            if old == new && is_there(old) {
                continue;
            }
            let known = matches.dropped.contains(old) && matches.added.iter().any(|table| table.name == *new);
            let fits = crossed.get(new) == Some(old)
                || (!self.input.before.tables.contains_key(new) || crossed.contains_key(new));
            if known && fits {
                along.remove(&old.plain());
                said.insert(old.plain(), (new.plain(), DecidedBy::Person));
            } else {
                self.problem(
                    None,
                    format!("--rename-table {}:{}: the database must have {} and schema.rs must have {}, and not the other way round", old.plain(), new.plain(), old.plain(), new.plain()),
                    "name the table as it is in the database, a colon, and its name in schema.rs; to exchange two names, say both renames; \
                     where the new name is that of a table that is dropped, say that too: --drop TABLE",
                );
            }
        }
        if matches.added.is_empty() || matches.dropped.is_empty() {
            return;
        }
        let dropped: Vec<TableName> = matches.dropped.iter().cloned().collect();
        let outcome = self.tables_by_evidence(&dropped, &matches.added, &said);
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
            if !along.contains(&verdict.from) {
                self.out.verdicts.push((Subject::Table, verdict));
            }
        }
        self.undecided(&Subject::Table, outcome.undecided);
    }

    fn tables_by_evidence(
        &mut self,
        dropped: &[TableName],
        added: &[&'a DeclaredTable],
        said: &BTreeMap<String, (String, DecidedBy)>,
    ) -> decide::Outcome {
        let decisions = &self.input.decisions;
        let stays = decisions
            .tables
            .iter()
            .filter(|(old, new)| old == new)
            .map(|(old, _)| old);
        let surely: BTreeSet<String> = decisions
            .dropped_tables
            .iter()
            .chain(stays)
            .map(TableName::plain)
            .collect();
        let before = self.input.before;
        let rough: Vec<Table> = added.iter().map(|table| self.rough_table(table)).collect();
        let (mut referring_before, mut referring_after) = (referring(before), self.declared_referring());
        let old_facts: Vec<TableFacts> = dropped
            .iter()
            .filter_map(|name| self.old_facts(name))
            .map(|facts| TableFacts {
                referred_by: referring_before.remove(&facts.table).unwrap_or_default(),
                ..facts
            })
            .collect();
        let new_facts: Vec<TableFacts> = rough
            .iter()
            .map(|table| TableFacts::of(table, referring_after.remove(&table.name).unwrap_or_default()))
            .collect();
        let keys = |facts: &[TableFacts]| -> Vec<Vec<String>> {
            facts.iter().map(|facts| facts.keys().into_iter().collect()).collect()
        };
        let names = |facts: &[TableFacts]| -> Vec<String> { facts.iter().map(|facts| facts.table.plain()).collect() };
        let doubtful = self.doubtful_moves(&old_facts, &new_facts);
        decide::assign(
            Names {
                dropped: &names(&old_facts),
                added: &names(&new_facts),
                said,
                surely_dropped: &surely,
            },
            pairs(&keys(&old_facts), &keys(&new_facts)),
            |old, new| {
                let mut balance = table_balance(&old_facts[old], &new_facts[new]);
                if doubtful.contains(&old_facts[old].table) {
                    balance.doubt();
                }
                balance
            },
        )
    }

    /// Tables of schemas that no declared table is in: they may be another program's, unless all tables of their schema are declared elsewhere
    /// just as they are. `public` is everybody's, and so is a schema that is said to keep its name.
    fn doubtful_moves(&self, old: &[TableFacts], new: &[TableFacts]) -> BTreeSet<TableName> {
        let is_elsewhere = |facts: &TableFacts| new.iter().any(|other| facts.is_that_of(other));
        let unmanaged = &self.out.unmanaged_tables;
        let namespaces = self.input.decisions.namespaces.iter();
        let kept = namespaces.filter(|(old, new)| old == new).map(|(old, _)| old.as_str());
        let staying: BTreeSet<&str> = unmanaged
            .iter()
            .filter(|name| !old.iter().any(|facts| facts.table == **name && is_elsewhere(facts)))
            .map(|name| name.schema.as_str())
            .chain(["public"])
            .chain(kept)
            .collect();
        let may_stay = |name: &&TableName| staying.contains(name.schema.as_str());
        unmanaged.iter().filter(may_stay).cloned().collect()
    }

    /// `renamed_from` on tables that are there under their new name already.
    fn stale_table_attributes(&mut self, matches: &Matches<'a>) {
        for table in &self.input.declared.tables {
            if matches.added.iter().any(|added| added.name == table.name) {
                continue;
            }
            for (attribute, at) in &table.attributes {
                if let TableAttribute::RenamedFrom(old) = attribute {
                    self.stale_renamed_from(at, "table", &qualified(old, &table.name.schema).plain());
                }
            }
        }
    }

    pub(super) fn stale_renamed_from(&mut self, at: &crate::declared::Location, what: &str, old: &str) {
        self.remark(format!(
            "{}:{}: renamed_from({old:?}): there is no such {what} any more; the attribute can go",
            at.file.display(),
            at.line
        ));
    }

    /// Keeps the questions about exchanged names that the other renames leave open.
    fn ask_about_exchanged(&mut self, mut exchanged: Vec<decide::Undecided>) {
        let renamed = |find: &dyn Fn(&decide::Verdict) -> bool| {
            let mut tables = self
                .out
                .verdicts
                .iter()
                .filter(|(subject, _)| *subject == Subject::Table);
            tables.any(|(_, verdict)| find(verdict))
        };
        exchanged.retain_mut(|open| {
            open.candidates.retain(|own| !renamed(&|verdict| verdict.to == own.to));
            !open.candidates.is_empty() && !renamed(&|verdict| verdict.from == open.from)
        });
        let asked: BTreeSet<String> = exchanged.iter().map(|open| open.from.clone()).collect();
        self.out
            .undecided
            .retain(|(subject, open)| *subject != Subject::Table || !asked.contains(&open.from));
        let of_open = |name: &&TableName| exchanged.iter().any(|open| open.from == name.plain());
        let open: BTreeSet<TableName> = self.input.before.tables.keys().filter(of_open).cloned().collect();
        self.exchanged = open;
        self.undecided(&Subject::Table, exchanged);
    }

    /// Which columns a table has depends on which table it is.
    pub(super) fn without_columns_of_exchanged_tables(&mut self) {
        let exchanged = &self.exchanged;
        let is_open = |subject: &Subject| matches!(subject, Subject::Column(of) if exchanged.contains(of));
        self.out.undecided.retain(|(subject, _)| !is_open(subject));
    }

    /// Keeps what nobody has decided.
    pub(super) fn undecided(&mut self, subject: &Subject, open: Vec<decide::Undecided>) {
        self.out
            .undecided
            .extend(open.into_iter().map(|open| (subject.clone(), open)));
    }

    /// What evidence looks at in a table of before, its types under their names of after.
    pub(super) fn old_facts(&self, name: &TableName) -> Option<TableFacts> {
        let mut table = self.input.before.tables.get(name)?.clone();
        for column in &mut table.columns {
            column.data_type = self.out.renames.data_type(&column.data_type);
        }
        Some(TableFacts::of(&table, BTreeSet::new()))
    }

    /// The same for a declared table.
    pub(super) fn new_facts(&mut self, declared: &DeclaredTable) -> TableFacts {
        TableFacts::of(&self.rough_table(declared), BTreeSet::new())
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
}

/// Whether one of the tables says that this was its name.
fn is_renamed_from(added: &[&DeclaredTable], name: &TableName) -> bool {
    added.iter().any(|table| {
        let mut attributes = table.attributes.iter();
        attributes.any(|(attribute, _)| {
            matches!(attribute, TableAttribute::RenamedFrom(old) if qualified(old, &table.name.schema) == *name)
        })
    })
}

/// The columns that refer to each table.
fn referring(schema: &Schema) -> BTreeMap<TableName, BTreeSet<(TableName, String)>> {
    let mut found: BTreeMap<TableName, BTreeSet<(TableName, String)>> = BTreeMap::new();
    for table in schema.tables.values() {
        for key in table.foreign_keys().filter_map(|constraint| constraint.foreign_key()) {
            let referring = found.entry(key.references.clone()).or_default();
            referring.extend(key.columns.iter().map(|column| (table.name.clone(), column.clone())));
        }
    }
    found
}

/// `schema.name` or `name`, as a person writes it.
pub fn qualified(text: &str, default_schema: &str) -> TableName {
    TableName::read_plain(text, default_schema)
}
