//! Renames of tables, columns, constraints, indexes, sequences and types.

use std::collections::{BTreeMap, BTreeSet};

use super::{Phase, Planner, changed::becomes_generated, current_names::Names, dependents::Object};
use crate::{
    compare::Change,
    model::{Constraint, ObjectId, Pair, TableName, TypeName},
    statement::{Ddl, IndexAction, SequenceAction, TableAction, TypeAction},
};

impl Planner<'_> {
    pub(super) fn renames(&mut self) {
        self.rename_tables();
        let matches = self.request.matches;
        for table in matches.tables_with_renamed_columns() {
            let new_table = matches.table(table);
            let existing: BTreeSet<String> = self
                .before()
                .tables
                .get(table)
                .map(|found| found.columns.iter().map(|column| column.name.clone()).collect())
                .unwrap_or_default();
            // Postgres renames the columns of child tables with those of their parents.
            let own = matches
                .renamed_columns(table)
                .filter(|(from, to)| !self.belongs_to_parent(table, from) && !self.becomes_generated(table, from, to));
            for (from, to) in in_order(own, |name| format!("{name}_moving"), &existing) {
                let rename = TableAction::RenameColumn { from, to };
                self.push(Phase::Rename, Ddl::alter_table(&new_table, rename));
            }
        }
        self.rename_table_objects();
        let existing = self.before().types.keys().cloned().collect();
        self.push_all(Phase::Rename, rename_types(matches.renamed_types(), &existing));
    }

    /// Returns whether a plain column becomes a generated one, which is dropped with its old name and added with its
    /// new one.
    fn becomes_generated(&self, table: &TableName, from: &str, to: &str) -> bool {
        let before = self.before().tables.get(table).and_then(|table| table.column(from));
        let after = self.after().tables.get(&self.request.matches.table(table));
        let after = after.and_then(|table| table.column(to));
        matches!((before, after), (Some(before), Some(after)) if becomes_generated(Pair::new(before, after)))
    }

    /// Returns whether a column (by names in the before schema) also belongs to a parent.
    pub(super) fn belongs_to_parent(&self, table: &TableName, column: &str) -> bool {
        let tables = &self.before().tables;
        tables.get(table).is_some_and(|table| {
            let mut parents = table.parents().filter_map(|parent| tables.get(parent));
            parents.any(|parent| parent.column(column).is_some())
        })
    }

    /// Plans the renames of constraints, indexes and sequences. An object may get the previous name of another one, if
    /// their tables or columns exchange names.
    fn rename_table_objects(&mut self) {
        let mut named: Vec<(Scoped, String, NamedObject)> = Vec::new();
        for change in self.changes {
            match change {
                Change::RenameConstraint { table, name } if !self.constraint_has_new_name(table, &name.before) => {
                    let has_index = self
                        .before()
                        .tables
                        .get(&table.before)
                        .and_then(|found| found.constraints.get(&name.before))
                        .is_some_and(Constraint::is_indexed);
                    // The name of an index is unique in its schema, any other constraint's name in its table.
                    let scope = if has_index {
                        table.after.sibling("")
                    } else {
                        table.after.clone()
                    };
                    named.push((
                        (scope, name.before.clone()),
                        name.after.clone(),
                        NamedObject::Constraint(table.after.clone()),
                    ));
                }
                Change::RenameIndex { table, name } if !self.index_has_new_name(table, &name.before) => named.push((
                    (table.after.sibling(""), name.before.clone()),
                    name.after.clone(),
                    NamedObject::Index,
                )),
                // A sequence that a column owns was moved to the table's schema with the table.
                Change::RenameSequence(names) if names.before.name != names.after.name => named.push((
                    (names.after.sibling(""), names.before.name.clone()),
                    names.after.name.clone(),
                    NamedObject::Sequence,
                )),
                _ => {}
            }
        }
        let existing: BTreeSet<Scoped> = named.iter().map(|(from, ..)| from.clone()).collect();
        let taken = |(from, to, _): &(Scoped, String, NamedObject)| existing.contains(&(from.0.clone(), to.clone()));
        if !named.iter().any(taken) {
            for ((scope, from), to, renamed) in named {
                self.push(Phase::Rename, renamed.rename(&scope, &from, &to));
            }
            return;
        }
        let renames: BTreeMap<Scoped, Scoped> = named
            .iter()
            .map(|((scope, from), to, _)| ((scope.clone(), from.clone()), (scope.clone(), to.clone())))
            .collect();
        let mut renamed: BTreeMap<Scoped, NamedObject> =
            named.into_iter().map(|(from, _, what)| (from, what)).collect();
        let temporary = |(scope, name): &Scoped| (scope.clone(), format!("{name}_moving"));
        for (from, to) in in_order(renames.iter(), temporary, &existing) {
            if let Some(what) = renamed.remove(&from) {
                self.push(Phase::Rename, what.rename(&from.0, &from.1, &to.1));
                renamed.insert(to, what);
            }
        }
    }

    /// Returns whether a constraint (named as in the before schema) is recreated with its name in the after schema.
    fn constraint_has_new_name(&self, table: &Pair<TableName>, name: &str) -> bool {
        let table = self.before().tables.get(&table.before);
        let found = table.and_then(|table| Some(Object::Constraint(table, table.constraints.get(name)?)));
        found.is_some_and(|object| self.is_recreated_after_renames(object))
    }

    /// Returns whether an index (named as in the before schema) is recreated with its name in the after schema.
    fn index_has_new_name(&self, table: &Pair<TableName>, name: &str) -> bool {
        let table = self.before().tables.get(&table.before);
        let found = table.and_then(|table| Some(Object::Index(table, table.indexes.get(name)?)));
        found.is_some_and(|object| self.is_recreated_after_renames(object))
    }

    fn is_recreated_after_renames(&self, object: Object<'_>) -> bool {
        let recreated = self.dependents.get(object).and_then(|own| own.recreated);
        recreated.is_some_and(|recreated| recreated.names == Names::After)
    }

    fn rename_tables(&mut self) {
        let matches = self.request.matches;
        let existing: BTreeSet<TableName> = self.complete.before.tables.keys().cloned().collect();
        for (from, to) in in_order(
            matches.renamed_tables(),
            |name: &TableName| name.sibling(format!("{}_moving", name.name)),
            &existing,
        ) {
            let mut now = from;
            if now.schema != to.schema {
                let set = TableAction::SetSchema(to.schema.clone());
                self.push(Phase::Rename, Ddl::alter_table(&now, set));
                now.schema.clone_from(&to.schema);
            }
            if now.name != to.name {
                let rename = TableAction::RenameTo(to.name);
                self.push(Phase::Rename, Ddl::alter_table(&now, rename));
            }
        }
    }
}

/// Returns the statements that rename types.
pub(crate) fn rename_types<'a>(
    renames: impl Iterator<Item = (&'a TypeName, &'a TypeName)>,
    existing: &BTreeSet<TypeName>,
) -> Vec<Ddl> {
    let mut statements = Vec::new();
    let temporary = |name: &TypeName| name.sibling(format!("{}_moving", name.name));
    for (from, to) in in_order(renames, temporary, existing) {
        let alter = |name: TypeName, action| Ddl::AlterType {
            of: ObjectId::Type(name),
            action,
        };
        if from.schema != to.schema {
            statements.push(alter(from.clone(), TypeAction::SetSchema(to.schema.clone())));
        }
        if from.name != to.name {
            statements.push(alter(to.sibling(&from.name), TypeAction::RenameTo(to.name.clone())));
        }
    }
    statements
}

/// A name and its scope: a schema (represented by a table without a name) or a table.
type Scoped = (TableName, String);

/// A kind of object with a name in the scope of a table or schema.
enum NamedObject {
    Constraint(TableName),
    Index,
    Sequence,
}

impl NamedObject {
    fn rename(&self, scope: &TableName, from: &str, to: &str) -> Ddl {
        let (from, to) = (from.to_owned(), to.to_owned());
        match self {
            Self::Constraint(table) => Ddl::alter_table(table, TableAction::RenameConstraint { from, to }),
            Self::Index => Ddl::AlterIndex {
                index: scope.sibling(from),
                action: IndexAction::RenameTo(to),
            },
            Self::Sequence => Ddl::AlterSequence {
                name: scope.sibling(from),
                action: SequenceAction::RenameTo(to),
            },
        }
    }
}

/// Orders renames so that no new name is in use: chains from their end, circles through a temporary name.
pub(super) fn in_order<'a, T: Clone + Ord + 'a>(
    renames: impl Iterator<Item = (&'a T, &'a T)>,
    temporary: impl Fn(&T) -> T,
    existing: &BTreeSet<T>,
) -> Vec<(T, T)> {
    let renames = renames.filter(|(from, to)| from != to);
    let renames: BTreeMap<T, T> = renames.map(|(from, to)| (from.clone(), to.clone())).collect();
    let mut left = renames.clone();
    let mut out = Vec::new();
    while !left.is_empty() {
        let free: Vec<T> = left
            .iter()
            .filter(|(_, to)| !left.contains_key(*to))
            .map(|(from, _)| from.clone())
            .collect();
        for from in &free {
            if let Some(to) = left.remove(from) {
                out.push((from.clone(), to));
            }
        }
        if free.is_empty()
            && let Some((from, to)) = left.pop_first()
        {
            let mut temporary_name = temporary(&from);
            while existing.contains(&temporary_name) || renames.values().any(|to| *to == temporary_name) {
                temporary_name = temporary(&temporary_name);
            }
            out.push((from, temporary_name.clone()));
            left.insert(temporary_name, to);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::in_order;

    #[test]
    fn chains_and_circles() {
        let map = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect::<BTreeMap<_, _>>()
        };
        for pairs in [
            &[("a", "b"), ("b", "c")][..],
            &[("a", "b"), ("b", "a")],
            &[("a", "b"), ("b", "c"), ("c", "a"), ("x", "y")],
        ] {
            let renames = map(pairs);
            let existing: BTreeSet<String> = renames.keys().cloned().collect();
            let mut names: BTreeMap<String, String> =
                existing.iter().map(|name| (name.clone(), name.clone())).collect();
            for (from, to) in in_order(renames.iter(), |name| format!("{name}_moving"), &existing) {
                let origin = names.remove(&from).unwrap_or_default();
                assert!(names.insert(to, origin).is_none(), "a name was taken");
            }
            for (from, to) in &renames {
                assert_eq!(names.get(to), Some(from));
            }
        }
    }
}
