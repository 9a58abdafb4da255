//! Matches declared enum types with the existing ones.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DecidedBy, Input, Matcher, Sureness,
    candidates::pairs,
    choice::{self, Choice, Decided, Names},
    evidence::{EnumFacts, Name, add_code_reasons_by_share, enum_reasons},
};
use crate::{
    casts::base,
    model::{ObjectId, TableName, TypeName},
};

/// Below this share of common labels, an enum type may be a different one under the same name.
const MIN_KEPT_SHARE: f64 = 0.5;
/// From this share of common labels on, an enum type may be a renamed one.
const MIN_RENAMED_SHARE: f64 = 0.6;

/// The columns that have a type.
type Columns = BTreeSet<(TableName, String)>;
/// Enum types, by name.
type Enums = BTreeMap<TypeName, EnumFacts>;

impl Matcher<'_> {
    /// Finds the renamed enum types. Their labels and columns are matched later.
    pub(super) fn enum_types(&mut self) {
        let declared = self.declared_enum_types();
        let reassigned = self.reassigned(&declared);
        let old = self.renamable_types(&reassigned);
        let exists = |name: &TypeName| self.input.before.enum_type(name).is_some();
        let new: Enums = declared
            .into_iter()
            .filter(|(name, _)| !exists(name) || reassigned.contains(name))
            .collect();
        let (decided, mut not_renamed) = self.decided_types(&old, &new);
        if old.is_empty() || new.is_empty() {
            return;
        }
        not_renamed.extend(self.input.decisions.dropped_tables.iter().cloned().map(TypeName::from));
        let mut chosen = by_evidence(&old, &new, &decided, &not_renamed, self.input);
        reject_conflicts(&mut chosen, |name| self.input.before.enum_type(name).is_some());
        for found in &chosen.renames {
            self.out.matches.match_type(found.from.clone(), found.to.clone());
        }
        let id = |name: &TypeName| ObjectId::Type(name.clone());
        let (renames, undecided) = chosen.identified(id, id);
        self.out.renames.extend(renames);
        self.out.undecided.extend(undecided);
        if self.out.matches.renamed_types().next().is_some() {
            self.types.to_mut().types = self.out.matches.map_types(&self.input.before.types);
        }
    }

    /// Returns the user's decisions about dropped and added enum types, and the types that keep their names by
    /// decision. Reports those that match nothing.
    fn decided_types(&mut self, old: &Enums, new: &Enums) -> (Decided<TypeName>, BTreeSet<TypeName>) {
        let decisions = self.input.decisions;
        let (mut decided, mut kept) = (Decided::new(), BTreeSet::new());
        for (from, to) in &decisions.types {
            let exists = |name: &TypeName| self.input.before.enum_type(name).is_some();
            // `--rename-type a:a` decides that the type is not renamed.
            if from == to && exists(from) {
                kept.insert(from.clone());
                continue;
            }
            let is_freed = !exists(to) || decisions.types.iter().any(|(old, new)| old == to && new != to);
            if old.contains_key(from) && new.contains_key(to) && is_freed {
                decided.insert(from.clone(), (to.clone(), DecidedBy::User));
            } else {
                self.report_conflict(None,
                    format!(
                        "--rename-type {0}:{1}: columns of the database must use an enum {0}; columns of schema.rs must use {1}, and a Rust enum \
                         must declare its labels",
                        from.plain(),
                        to.plain()
                    ),
                    "write the type's name in the database, a colon, and its new name; if another enum of the database has the new name, \
                     rename or drop that one too");
            }
        }
        (decided, kept)
    }

    /// Returns the names of enum types that another type may take: a decision renames from or to them, or the declared
    /// type has few of the existing labels and another declared type has most of them.
    fn reassigned(&self, declared: &Enums) -> BTreeSet<TypeName> {
        let renamed = self.input.decisions.types.iter().filter(|(from, to)| from != to);
        let mut reassigned: BTreeSet<TypeName> = renamed.flat_map(|(from, to)| [from.clone(), to.clone()]).collect();
        let is_kept = |name: &TypeName| {
            self.input
                .decisions
                .types
                .iter()
                .any(|(from, to)| from == name && to == name)
        };
        for (name, before) in self.input.before.enums().filter(|(name, _)| !is_kept(name)) {
            let Some(own) = declared.get(name).filter(|own| own.labels != before.labels) else {
                continue;
            };
            let mut others = declared.iter().filter(|(other, _)| *other != name);
            if share(&before.labels, &own.labels) < MIN_KEPT_SHARE
                && others.any(|(_, other)| share(&before.labels, &other.labels) >= MIN_RENAMED_SHARE)
            {
                reassigned.insert(name.clone());
            }
        }
        reassigned
    }

    /// Returns the enum types that declared columns have and for which a Rust enum declares labels.
    fn declared_enum_types(&self) -> Enums {
        let mut used: BTreeMap<(Option<&str>, &str), Columns> = BTreeMap::new();
        let enums: BTreeSet<&str> = self.input.declared.enums.iter().map(|own| own.name.as_str()).collect();
        for table in &self.input.declared.tables {
            let columns = table.columns.iter();
            for column in columns.filter(|column| enums.contains(column.data_type.name.as_str())) {
                let declared = &column.data_type;
                let name = (declared.schema.as_deref(), declared.name.as_str());
                let columns = used.entry(name).or_default();
                columns.insert((table.name.clone(), column.name.clone()));
            }
        }
        let before = self.input.before;
        let mut found = Enums::new();
        for ((schema, name), used_by) in used {
            let Some(own) = self
                .types()
                .rust_enum(schema, name)
                .filter(|_| schema != Some("pg_catalog"))
            else {
                continue;
            };
            let mut known = before.types.keys().chain(before.extension_types.keys());
            let known = known.find(|known| known.name == name && schema.is_none_or(|schema| schema == known.schema));
            // A domain or an extension's type is not an enum of that name.
            if known.is_some_and(|known| before.enum_type(known).is_none()) {
                continue;
            }
            let new = || TypeName::new(schema.or(own.schema.as_deref()).unwrap_or("public"), name);
            let facts = found
                .entry(known.map_or_else(new, TypeName::clone))
                .or_insert_with(|| EnumFacts {
                    name: Name::read(name),
                    labels: own.labels.clone(),
                    used_by: BTreeSet::new(),
                });
            facts.used_by.extend(used_by);
        }
        found
    }

    /// Returns the existing enum types that columns have and that may be renamed: no declared column has them, or
    /// another type may take their names.
    fn renamable_types(&self, reassigned: &BTreeSet<TypeName>) -> Enums {
        let declared = self.input.declared;
        let enums = self.input.before.enums();
        let candidates = enums.filter(|(name, _)| !declared.has_type(name) || reassigned.contains(*name));
        let mut found: Enums = candidates
            .map(|(name, own)| {
                let facts = EnumFacts {
                    name: Name::read(&name.name),
                    labels: own.labels.clone(),
                    used_by: BTreeSet::new(),
                };
                (name.clone(), facts)
            })
            .collect();
        if found.is_empty() {
            return found;
        }
        for table in self.input.before.tables.values() {
            for column in &table.columns {
                // A domain is declared by its base type.
                let name = base(self.input.before, &column.data_type).name;
                if let Some(facts) = found.get_mut(&name) {
                    facts.used_by.insert((table.name.clone(), column.name.clone()));
                }
            }
        }
        // A type that no column has needs no match.
        found.retain(|_, facts| !facts.used_by.is_empty());
        found
    }
}

fn by_evidence(
    old: &Enums,
    new: &Enums,
    decided: &Decided<TypeName>,
    not_renamed: &BTreeSet<TypeName>,
    input: Input<'_>,
) -> Choice<TypeName> {
    let names = |enums: &Enums| -> Vec<TypeName> { enums.keys().cloned().collect() };
    let keys = |enums: &Enums| -> Vec<Vec<String>> { enums.values().map(|facts| facts.labels.clone()).collect() };
    let (dropped, added) = (names(old), names(new));
    // A type whose name may be reused is not a candidate for its own name.
    let others = pairs(&keys(old), &keys(new)).into_iter();
    let others = others.filter(|(from, to)| dropped[*from] != added[*to]);
    choice::assign(
        &Names {
            dropped: &dropped,
            added: &added,
            decided,
            not_renamed,
            sure: input.rules.sure,
            shown: |name| name.plain(),
        },
        others,
        |from, to| {
            let mut reasons = enum_reasons(&old[&dropped[from]], &new[&added[to]]);
            let uses = input.code.enum_type(&dropped[from], &added[to]);
            add_code_reasons_by_share(&uses, &added[to].plain(), &mut reasons);
            reasons
        },
    )
}

/// Makes a rename undecided if an existing type keeps the new name.
fn reject_conflicts(chosen: &mut Choice<TypeName>, exists: impl Fn(&TypeName) -> bool) {
    loop {
        let renames = &chosen.renames;
        let is_freed = |name: &TypeName| !exists(name) || renames.iter().any(|other| other.from == *name);
        let Some(at) = renames.iter().position(|found| !is_freed(&found.to)) else {
            return;
        };
        let mut found = chosen.renames.remove(at);
        found.evidence.sureness = Sureness::Plausible;
        chosen.undecided.push((found.from.clone(), vec![found]));
    }
}

/// Returns the number of common labels as a share of the larger type's labels: 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a type has few labels")]
fn share(a: &[String], b: &[String]) -> f64 {
    let common = a.iter().filter(|label| b.contains(label)).count();
    common as f64 / a.len().max(b.len()).max(1) as f64
}
