//! Matches declared tables with existing ones: by name, by decision, by evidence.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    DecidedBy, Input, Matcher, Matches, Rename,
    candidates::pairs,
    choice::{self, Choice, Decided, Names},
    evidence::{TableFacts, add_code_reasons_by_share, table_reasons},
};
use crate::{
    declared::DeclaredTable,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ObjectId, Schema, TableName},
};
use schema_diff_grammar::attribute::TableAttribute;

/// The tables that exist on one side only, before renames are considered.
#[derive(Default)]
pub(super) struct OneSided<'a> {
    /// Declared tables that do not exist.
    pub added: Vec<&'a DeclaredTable>,
    /// Existing tables that are not declared.
    pub dropped: BTreeSet<TableName>,
}

impl OneSided<'_> {
    /// Returns whether a declared table of this name does not exist.
    pub fn adds(&self, name: &TableName) -> bool {
        self.added.iter().any(|table| table.name == *name)
    }
}

/// Tables of schemas of which schema.rs declares no table, by schema.
type UnmanagedTables<'a> = BTreeMap<&'a str, BTreeSet<&'a TableName>>;

impl<'a> Matcher<'a> {
    /// Matches each declared table, including renamed ones.
    pub(super) fn tables(&mut self, is_unchanged: &impl Fn(&TableName, &Matches) -> bool) {
        let mut found = OneSided::default();
        let replaced = self.replaced_tables(is_unchanged);
        let crossed = self.crossed_tables(&replaced);
        let is_crossed = |name: &TableName| crossed.contains_key(name) || crossed.values().any(|old| old == name);
        for table in &self.input.declared.tables {
            if self.input.is_unmanaged(table) {
                continue;
            }
            match self.input.before.tables.get(&table.name) {
                Some(found) if found.partition_of.is_some() => {}
                Some(_) if is_crossed(&table.name) => found.added.push(table),
                Some(_) => self.out.managed.push((table, Some(table.name.clone()))),
                None => found.added.push(table),
            }
        }
        let moved = self.schemas(&found);
        let unmanaged = self.classify_undeclared(&mut found, &moved, is_crossed);
        let exchanged = self.exchanged_tables(&found, &replaced);
        self.renamed_tables(&mut found, &crossed, &moved);
        self.ask_about_exchanged(exchanged);
        self.note_unmanaged(unmanaged);
        found.dropped.retain(|name| !self.out.unmanaged.contains(name));
        self.out.dropped = found.dropped;
        let new = found.added.into_iter().map(|table| (table, None));
        self.out.managed.extend(new);
        self.out.managed.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    }

    /// Classifies the existing tables that are not declared: those that may be dropped or renamed, and unmanaged ones,
    /// of whose schema schema.rs declares no table. Returns the latter.
    fn classify_undeclared(
        &mut self,
        found: &mut OneSided<'a>,
        moved: &BTreeMap<String, (String, DecidedBy)>,
        is_crossed: impl Fn(&TableName) -> bool,
    ) -> UnmanagedTables<'a> {
        let declared: HashSet<&TableName> = self.input.declared.tables.iter().map(|table| &table.name).collect();
        let mut unmanaged = UnmanagedTables::new();
        for (name, table) in &self.input.before.tables {
            if is_crossed(name) {
                found.dropped.insert(name.clone());
                continue;
            }
            if !self.input.is_managed(table) || declared.contains(name) {
                continue;
            }
            let schema = name.schema.as_str();
            if self.is_decided(name, &found.added)
                || self.input.declared.manages_schema(schema)
                || moved.contains_key(schema)
            {
                found.dropped.insert(name.clone());
            } else {
                unmanaged.entry(schema).or_default().insert(name);
            }
        }
        self.out.unmanaged = unmanaged.values().flatten().map(|name| (*name).clone()).collect();
        // An unmanaged table may have moved, with its rows, if its name is declared in another schema; so may all
        // tables of a schema.
        let is_declared = |name: &TableName| found.added.iter().any(|table| table.name.name == name.name);
        let may_move: BTreeSet<TableName> = unmanaged
            .values()
            .flat_map(|tables| {
                tables
                    .iter()
                    .filter(|name| is_declared(name) || tables.len() <= found.added.len())
            })
            .map(|name| (*name).clone())
            .collect();
        found.dropped.extend(may_move);
        unmanaged
    }

    /// Returns whether a decision or an attribute renames or drops a table.
    fn is_decided(&self, name: &TableName, added: &[&DeclaredTable]) -> bool {
        let decisions = self.input.decisions;
        let mut renamed = decisions.tables.iter();
        decisions.dropped_tables.contains(name)
            || added
                .iter()
                .any(|table| former_names(table).any(|(old, _)| old == *name))
            || renamed.any(|(old, new)| old == name && new != name)
    }

    fn note_unmanaged(&mut self, unmanaged: UnmanagedTables<'_>) {
        for (schema, mut tables) in unmanaged {
            tables.retain(|name| self.out.matches.new_table(name).is_none());
            let tables = match tables.len() {
                0 => continue,
                1 => "table is unmanaged".to_owned(),
                many => format!("{many} tables are unmanaged"),
            };
            let prefix = if schema == "public" {
                String::new()
            } else {
                format!("{schema}.")
            };
            self.out.diagnostics.push(Diagnostic::new(DiagnosticCode::UnmanagedSchema, format!(
                "schema {schema}: schema.rs declares no table in it, so its {tables} (left unchanged); to drop one of them, pass --drop {prefix}TABLE",
            )).about(ObjectId::Schema(schema.to_owned())));
        }
    }

    fn renamed_tables(
        &mut self,
        found: &mut OneSided<'a>,
        crossed: &BTreeMap<TableName, TableName>,
        moved: &BTreeMap<String, (String, DecidedBy)>,
    ) {
        let mut decided = self.former_names(found);
        let mut following = follow_schemas(found, moved);
        decided.extend(following.clone());
        for (old, new) in &self.input.decisions.tables {
            // `--rename-table a:a` decides that the table is not renamed.
            if old == new && self.input.before.tables.contains_key(old) {
                continue;
            }
            let known = found.dropped.contains(old) && found.adds(new);
            let fits = crossed.get(new) == Some(old)
                || (!self.input.before.tables.contains_key(new) || crossed.contains_key(new));
            if known && fits {
                following.remove(old);
                decided.insert(old.clone(), (new.clone(), DecidedBy::User));
            } else {
                self.report_conflict(None,
                    format!("--rename-table {0}:{1}: the database must have {0} but not {1}, and schema.rs {1} but not {0}", old.plain(), new.plain()),
                    "write the table's name in the database, a colon, and its name in schema.rs; to exchange two names, pass both renames; \
                     to reuse the name of a dropped table, also pass --drop TABLE");
            }
        }
        if found.added.is_empty() || found.dropped.is_empty() {
            return;
        }
        let dropped: Vec<TableName> = found.dropped.iter().cloned().collect();
        let chosen = self.tables_by_evidence(&dropped, &found.added, &decided);
        let id = |name: &TableName| ObjectId::Table(name.clone());
        for candidate in &chosen.renames {
            let (old, new) = (&candidate.from, &candidate.to);
            let Some(at) = found.added.iter().position(|table| table.name == *new) else {
                continue;
            };
            self.out.managed.push((found.added.remove(at), Some(old.clone())));
            found.dropped.remove(old);
            self.out.matches.match_table(old.clone(), new.clone());
        }
        let (renames, undecided) = chosen.identified(id, id);
        let follows_schema =
            |rename: &Rename| matches!(&rename.before, ObjectId::Table(old) if following.contains_key(old));
        self.out
            .renames
            .extend(renames.into_iter().filter(|rename| !follows_schema(rename)));
        self.out.undecided.extend(undecided);
    }

    /// Collects the `renamed_from` attributes of tables, old name to new. Reports those that rename nothing.
    fn former_names(&mut self, found: &OneSided<'a>) -> Decided<TableName> {
        let mut decided = Decided::new();
        let mut stale = Vec::new();
        for table in &self.input.declared.tables {
            for (old, at) in former_names(table) {
                if found.dropped.contains(&old) && found.adds(&table.name) {
                    decided.insert(old, (table.name.clone(), DecidedBy::Attribute));
                } else {
                    stale.push((old, at));
                }
            }
        }
        for (old, at) in stale {
            self.report_stale_renamed_from(at, "table", &old.plain());
        }
        decided
    }

    fn tables_by_evidence(
        &self,
        dropped: &[TableName],
        added: &[&'a DeclaredTable],
        decided: &Decided<TableName>,
    ) -> Choice<TableName> {
        let decisions = &self.input.decisions;
        let same = decisions.tables.iter().filter(|(old, new)| old == new);
        let kept = same.map(|(old, _)| old);
        let not_renamed: BTreeSet<TableName> = decisions.dropped_tables.iter().chain(kept).cloned().collect();
        let (mut referring_before, mut referring_after) = (referring(self.input.before), self.declared_referring());
        let old_facts: Vec<TableFacts> = dropped
            .iter()
            .filter_map(|name| self.old_facts(name))
            .map(|facts| TableFacts {
                referred_by: referring_before.remove(&facts.table).unwrap_or_default(),
                ..facts
            })
            .collect();
        let new_facts: Vec<TableFacts> = added
            .iter()
            .map(|table| TableFacts {
                referred_by: referring_after.remove(&table.name).unwrap_or_default(),
                ..self.new_facts(table)
            })
            .collect();
        let keys = |facts: &[TableFacts]| -> Vec<Vec<String>> {
            facts.iter().map(|facts| facts.keys().into_iter().collect()).collect()
        };
        let names =
            |facts: &[TableFacts]| -> Vec<TableName> { facts.iter().map(|facts| facts.table.clone()).collect() };
        let doubtful = self.doubtful_moves(&old_facts, &new_facts);
        choice::assign(
            &Names {
                dropped: &names(&old_facts),
                added: &names(&new_facts),
                decided,
                not_renamed: &not_renamed,
                sure: self.input.rules.sure,
                shown: TableName::plain,
            },
            pairs(&keys(&old_facts), &keys(&new_facts)),
            |old, new| {
                let mut reasons = table_reasons(&old_facts[old], &new_facts[new]);
                let tables = (&old_facts[old].table, &new_facts[new].table);
                let uses = self.input.code.table(tables.0, tables.1);
                add_code_reasons_by_share(&uses, &tables.1.plain(), &mut reasons);
                if doubtful.contains(&old_facts[old].table) {
                    reasons.doubt();
                }
                reasons
            },
        )
    }

    /// Returns the unmanaged tables whose move is doubtful: they may belong to another program. A schema's moves are
    /// not doubtful if all its tables are declared elsewhere with exactly the same columns. Moves from `public`, and
    /// from a schema that keeps its name by decision, always are.
    fn doubtful_moves(&self, old: &[TableFacts], new: &[TableFacts]) -> BTreeSet<TableName> {
        let is_elsewhere = |facts: &TableFacts| new.iter().any(|other| facts.is_same_table(other));
        let unmanaged = &self.out.unmanaged;
        let namespaces = self.input.decisions.namespaces.iter();
        let kept = namespaces.filter(|(old, new)| old == new).map(|(old, _)| old.as_str());
        let kept: BTreeSet<&str> = unmanaged
            .iter()
            .filter(|name| !old.iter().any(|facts| facts.table == **name && is_elsewhere(facts)))
            .map(|name| name.schema.as_str())
            .chain(["public"])
            .chain(kept)
            .collect();
        let may_stay = |name: &&TableName| kept.contains(name.schema.as_str());
        unmanaged.iter().filter(may_stay).cloned().collect()
    }
}

impl Input<'_> {
    /// Returns whether a declared table is unmanaged: it is ignored, or not a table.
    pub(super) fn is_unmanaged(&self, table: &DeclaredTable) -> bool {
        let by_attribute = table.attributes.iter().any(|(attribute, _)| {
            matches!(
                attribute,
                TableAttribute::Ignore | TableAttribute::View(_) | TableAttribute::MaterializedView(_)
            )
        });
        table.is_view
            || by_attribute
            || (self.rules.ignores_table)(&table.name)
            || self.before.views.contains_key(&table.name)
            || self.before.unmanaged.contains_key(&table.name)
    }
}

/// Moves the tables of a moved schema to the declared tables of the same name.
fn follow_schemas(found: &OneSided<'_>, moved: &BTreeMap<String, (String, DecidedBy)>) -> Decided<TableName> {
    let mut following = Decided::new();
    for old in &found.dropped {
        if let Some((schema, by)) = moved.get(&old.schema)
            && let new = TableName::new(schema, &old.name)
            && found.adds(&new)
        {
            following.insert(old.clone(), (new, *by));
        }
    }
    following
}

/// Lists the former names in a declared table's `renamed_from` attributes, each with its location.
pub(super) fn former_names(table: &DeclaredTable) -> impl Iterator<Item = (TableName, &crate::declared::Location)> {
    table.attributes.iter().filter_map(|(attribute, at)| match attribute {
        TableAttribute::RenamedFrom(old) => Some((TableName::read_plain(old, &table.name.schema), at)),
        _ => None,
    })
}

/// Returns the columns that refer to each table.
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
