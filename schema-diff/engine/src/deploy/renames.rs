//! Which objects have names that others had before: Postgres keeps the OID of a renamed object, and the number of a renamed column.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use crate::{
    matching::Matches,
    model::{Pair, QualifiedName, TableName, TypeName},
};

/// The names of tables, columns, types and labels at a state, by what identifies them.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    tables: BTreeMap<u32, TableName>,
    columns: BTreeMap<(u32, i16), String>,
    types: BTreeMap<u32, TypeName>,
    /// The type of each label, and the label.
    labels: BTreeMap<u32, (u32, String)>,
}

impl Names {
    /// Reads them.
    ///
    /// # Errors
    /// The server fails.
    pub(super) fn read(client: &mut Client) -> Result<Self, postgres::Error> {
        let mut found = Self::default();
        let of_users = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
        let tables = format!(
            "SELECT c.oid, n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {of_users}"
        );
        for row in client.query(&tables, &[])? {
            found.tables.insert(row.get(0), name(&row));
        }
        let columns = format!(
            "SELECT a.attrelid, a.attnum, a.attname::text FROM pg_catalog.pg_attribute a
             JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {of_users}"
        );
        for row in client.query(&columns, &[])? {
            found.columns.insert((row.get(0), row.get(1)), row.get(2));
        }
        let types = format!(
            "SELECT t.oid, n.nspname::text, t.typname::text FROM pg_catalog.pg_type t
             JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND {of_users}"
        );
        for row in client.query(&types, &[])? {
            found.types.insert(row.get(0), name(&row).into());
        }
        let labels = "SELECT oid, enumtypid, enumlabel::text FROM pg_catalog.pg_enum";
        for row in client.query(labels, &[])? {
            found.labels.insert(row.get(0), (row.get(1), row.get(2)));
        }
        Ok(found)
    }

    fn columns_of(&self, table: u32) -> BTreeMap<i16, String> {
        let own = self.columns.range((table, 0)..=(table, i16::MAX));
        own.map(|((_, number), name)| (*number, name.clone())).collect()
    }

    fn labels_of(&self, of: u32) -> BTreeMap<u32, String> {
        let own = self.labels.iter().filter(|(_, (owner, _))| *owner == of);
        own.map(|(label, (_, text))| (*label, text.clone())).collect()
    }
}

fn name(row: &postgres::Row) -> QualifiedName {
    QualifiedName::new(row.get::<_, &str>(1), row.get::<_, &str>(2))
}

/// Returns the renames to names that other objects had before. Any other rename is like a drop and an add for programs.
pub(super) fn exchanged(names: Pair<&Names>) -> Matches {
    let mut matches = Matches::default();
    for (before, after) in moved(names.map(|own| own.tables.clone())) {
        matches.match_table(before, after);
    }
    for (before, after) in moved(names.map(|own| own.types.clone())) {
        matches.match_type(before, after);
    }
    for (table, name) in &names.before.tables {
        for (before, after) in moved(names.map(|own| own.columns_of(*table))) {
            matches.match_column(name, before, after);
        }
    }
    for (of, name) in &names.before.types {
        for (before, after) in moved(names.map(|own| own.labels_of(*of))) {
            matches.match_label(name, before, after);
        }
    }
    matches
}

/// Returns the names before and after of objects whose name after was another one's before.
fn moved<I: Ord, N: Ord>(names: Pair<BTreeMap<I, N>>) -> Vec<(N, N)> {
    let Pair { before, mut after } = names;
    let taken: BTreeSet<&N> = before.values().collect();
    after.retain(|id, name| taken.contains(name) && before.get(id).is_some_and(|old| old != name));
    let renamed = before
        .into_iter()
        .filter_map(|(id, name)| Some((name, after.remove(&id)?)));
    renamed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(columns: [&str; 3]) -> Names {
        let columns = (1..).zip(columns).map(|(number, name)| ((7, number), name.to_owned()));
        Names {
            tables: [(7, TableName::new("public", "t"))].into(),
            columns: columns.collect(),
            ..Names::default()
        }
    }

    #[test]
    fn only_names_that_others_had_are_exchanged() {
        let table = TableName::new("public", "t");
        let of = |after| exchanged(Pair::new(&names(["a", "b", "c"]), &names(after)));
        let swapped = of(["b", "a", "c"]);
        assert_eq!(swapped.new_column(&table, "a"), Some("b"));
        assert_eq!(swapped.new_column(&table, "b"), Some("a"));
        assert!(of(["d", "b", "c"]).is_empty());
        let moved = of(["b", "d", "c"]);
        assert_eq!(moved.new_column(&table, "a"), Some("b"));
        assert_ne!(moved.column(&table, "b"), "b");
    }
}
