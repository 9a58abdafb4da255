//! The canonical form of a schema, from which fingerprints are computed.
//!
//! The form has one line per object, sorted by kind and name: the kind and a JSON value with sorted keys. Empty, false
//! and NULL values are omitted. A fact that the model learns later therefore changes only the lines of the objects that
//! have it.
//!
//! It also omits facts that depend on the connected role or on the server (owners, privileges, versions, the order of a
//! table's columns), and facts that are neither declared nor compared.
//!
//! **Increment [`VERSION`] whenever a line of an existing schema would change**: fingerprints in the headers of
//! existing migrations then have an older version and are not compared.

mod form;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{Column, Pair, Schema, Table, TableName};

/// The version of the form.
pub const VERSION: u32 = 1;

/// Keys that are omitted wherever they appear.
const EXCLUDED: &[&str] = &[
    "column_grants",
    "grants",
    "null_refused_by_domain_alone",
    "owner",
    "revoked_from_owner",
    "used_by",
    "used_in_queries",
    "version",
];

/// Returns the lines of a schema's canonical form. Each line is built on demand: the form of a large schema is never in
/// memory as a whole.
pub fn lines(schema: &Schema) -> impl Iterator<Item = String> {
    let (before_tables, after_tables) = outside_tables(schema);
    let tables = schema.tables.iter().map(|(name, table)| table_line(name, table));
    before_tables.chain(tables).chain(after_tables)
}

/// Returns the lines of two schemas' canonical forms. Each line has two flags: whether it belongs to the first and to
/// the second schema. The lines of each schema are in the order of [`lines`]. The line of a table that both schemas
/// share is built once.
pub fn lines_of_both(schemas: Pair<&Schema>) -> impl Iterator<Item = (Pair<bool>, String)> {
    let Pair { before, after } = schemas.map(outside_tables);
    let tables = schemas.map(|schema| &schema.tables);
    let names: BTreeSet<&TableName> = tables.before.keys().chain(tables.after.keys()).collect();
    let tables = names.into_iter().flat_map(move |name| {
        let found = tables.map(|tables| tables.get(name));
        let is_shared = tables.before.shares(tables.after, name);
        let own = |side: Pair<bool>, table: Option<&Table>| table.map(|table| (side, table_line(name, table)));
        let before = own(Pair::new(true, is_shared), found.before);
        let after = own(AFTER, found.after.filter(|_| !is_shared));
        before.into_iter().chain(after)
    });
    of_each(before.0, after.0)
        .chain(tables)
        .chain(of_each(before.1, after.1))
}

const BEFORE: Pair<bool> = Pair {
    before: true,
    after: false,
};
const AFTER: Pair<bool> = Pair {
    before: false,
    after: true,
};

fn of_each(
    before: impl Iterator<Item = String>,
    after: impl Iterator<Item = String>,
) -> impl Iterator<Item = (Pair<bool>, String)> {
    let before = before.map(|line| (BEFORE, line));
    before.chain(after.map(|line| (AFTER, line)))
}

/// Returns a table's line, with its columns sorted by name.
fn table_line(name: &TableName, table: &Table) -> String {
    let mut columns: Vec<&Column> = table.columns.iter().collect();
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    let columns = form::json(&columns, EXCLUDED);
    line("table", name, &form::json_with(table, EXCLUDED, "columns", columns))
}

/// Returns the lines before those of the tables, and the lines after them.
fn outside_tables(schema: &Schema) -> (impl Iterator<Item = String>, impl Iterator<Item = String>) {
    // Without `..`: the author of a new kind of object has to decide whether it counts.
    let Schema {
        server_version: _,
        namespaces,
        extensions,
        collations,
        tables: _,
        views,
        types,
        extension_types,
        functions,
        sequences,
        publications,
        unmanaged: _,
        type_access: _,
        restored: _,
        callers: _,
        session: _,
    } = schema;
    let namespaces = namespaces.iter().map(|name| line("schema", name, "null"));
    let before = namespaces
        .chain(named("extension", extensions))
        .chain(named("collation", collations))
        .chain(named("type", types))
        .chain(named("type of an extension", extension_types))
        .chain(named("function", functions))
        .chain(named("sequence", sequences));
    (before, named("view", views).chain(named("publication", publications)))
}

/// Returns a line for each object of a kind.
fn named<'a, K: Serialize + 'a, V: Serialize + 'a>(
    kind: &'static str,
    objects: impl IntoIterator<Item = (&'a K, &'a V)>,
) -> impl Iterator<Item = String> {
    objects
        .into_iter()
        .map(move |(name, of)| line(kind, name, &form::json(of, EXCLUDED)))
}

fn line(kind: &str, name: &impl Serialize, of: &str) -> String {
    format!("{kind} [{},{of}]", form::json(name, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        history::SchemaFingerprint,
        model::{
            Column, Constraint, ConstraintKind, CustomType, DataType, EnumType, Extension, ForeignKey, Grant, Identity,
            Index, IndexKey, Match, QualifiedName, ReferentialAction, SequenceOptions, Session, Table, TypeName,
        },
    };

    fn schema() -> Schema {
        let int4 = DataType::builtin("int4");
        let mut users = Table::new(QualifiedName::public("users"));
        let mut id = Column::new("id", int4.clone(), false);
        id.identity = Some(Box::new(Identity {
            always: false,
            sequence: QualifiedName::public("users_id_seq"),
            options: SequenceOptions::default_for(&int4),
        }));
        let mut mood = Column::new("mood", DataType::named(TypeName::new("app", "mood")).array_of(), true);
        mood.default = Some("'{}'::app.mood[]".to_owned());
        let key = ConstraintKind::PrimaryKey {
            columns: vec!["id".to_owned()],
            include: Vec::new(),
        };
        let friend = ConstraintKind::ForeignKey(ForeignKey {
            columns: vec!["friend".to_owned()],
            references: users.name.clone(),
            referenced_columns: vec!["id".to_owned()],
            on_update: ReferentialAction::NoAction,
            on_delete: ReferentialAction::SetNull,
            on_delete_columns: Vec::new(),
            matching: Match::Simple,
        });
        for (name, kind) in [("users_pkey", key), ("users_friend_fkey", friend)] {
            users.constraints.insert(name.to_owned(), Constraint::new(name, kind));
        }
        let index = Index {
            name: "users_mood_idx".to_owned(),
            unique: false,
            method: "gin".to_owned(),
            keys: vec![IndexKey::column("mood")],
            include: Vec::new(),
            predicate: None,
            nulls_not_distinct: false,
            options: Vec::new(),
            columns: vec!["mood".to_owned()],
            comment: None,
            valid: true,
            inherited: false,
            attached_to: None,
            clustered: false,
        };
        users.indexes.insert(index.name.clone(), index);
        users.columns = vec![mood, id, Column::new("friend", int4.with_modifier("1"), true)];
        users.comment = Some("Who \"may\" log in".to_owned());
        let mood = EnumType {
            labels: vec!["sad".to_owned(), "glad".to_owned()],
            comment: None,
            used_by: vec!["elsewhere".to_owned()],
            used_in_queries: true,
        };
        let mut schema = Schema {
            server_version: 150_004,
            ..Schema::default()
        };
        schema.namespaces.extend(["app".to_owned(), "public".to_owned()]);
        schema.extensions.insert(
            "citext".to_owned(),
            Extension {
                schema: "public".to_owned(),
                version: "1.6".to_owned(),
            },
        );
        schema
            .types
            .insert(TypeName::new("app", "mood"), CustomType::Enum(mood));
        schema.tables.insert(users.name.clone(), users);
        schema
    }

    /// Fails if a line of this version changes: such a change needs another [`VERSION`].
    #[test]
    fn the_form_of_this_version_stays_as_it_is() {
        let found: Vec<String> = lines(&schema()).collect();
        let wanted: Vec<&str> = include_str!("v1.txt").lines().collect();
        assert_eq!(found, wanted, "\n{}", found.join("\n"));
    }

    #[test]
    fn the_lines_of_two_schemas_are_those_of_each() {
        let before = schema();
        let mut after = before.clone();
        let other = QualifiedName::new("app", "other");
        after.tables.insert(other.clone(), Table::new(other));
        after.extensions.clear();
        let of = |own: fn(&Pair<bool>) -> bool| -> Vec<String> {
            let all = lines_of_both(Pair::new(&before, &after));
            all.filter(|(side, _)| own(side)).map(|(_, line)| line).collect()
        };
        assert_eq!(of(|side| side.before), lines(&before).collect::<Vec<_>>());
        assert_eq!(of(|side| side.after), lines(&after).collect::<Vec<_>>());
        assert_eq!(of(|side| side.before && side.after).len(), 1);
        for table in after.tables.values_mut() {
            table.unlogged = true;
        }
        let all: Vec<(Pair<bool>, String)> = lines_of_both(Pair::new(&before, &after)).collect();
        assert!(all.iter().all(|(side, _)| side.before != side.after));
    }

    #[test]
    fn who_looks_and_where_makes_no_difference() {
        let of = |schema: &Schema| SchemaFingerprint::of(VERSION, lines(schema));
        let before = of(&schema());
        let mut other = schema();
        other.server_version = 180_000;
        other.session = Session {
            role: "somebody".to_owned(),
            ..Session::default()
        };
        for extension in other.extensions.values_mut() {
            extension.version = "1.8".to_owned();
        }
        for table in other.tables.values_mut() {
            table.columns.reverse();
            table.owner = "somebody".to_owned();
            table.grants = vec![Grant {
                grantee: None,
                privilege: "SELECT".to_owned(),
                grantable: false,
                grantor: None,
            }];
        }
        assert_eq!(before, of(&other));
        for table in other.tables.values_mut() {
            table.comment = None;
        }
        assert_ne!(before, of(&other));
    }
}
