//! What a statement has changed in the system catalogs, by OID: a renamed column is the same column, whatever the text of
//! the statement says.

use std::collections::BTreeMap;

use postgres::GenericClient;
use serde::Deserialize;

use super::event::{ConstraintKind, Event};
use crate::model::QualifiedName;

/// The objects of a database that running programs use, as a migration changes them.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    relations: BTreeMap<u32, Relation>,
    others: Others,
    /// The relations before the migration, by OID.
    before: BTreeMap<u32, Relation>,
    /// What was no relation before the migration.
    before_others: Others,
}

/// What is no relation.
#[derive(Clone, Debug, Default)]
struct Others {
    /// Constraints of domains by OID, with the domain's name, and whether they are valid.
    domain_constraints: BTreeMap<u32, (String, bool)>,
    /// Labels of enum types by OID, with the type's OID.
    labels: BTreeMap<u32, (u32, String)>,
    /// Types that belong to no table, by OID.
    types: BTreeMap<u32, String>,
    schemas: BTreeMap<u32, String>,
}

#[derive(Clone, Debug)]
struct Relation {
    name: QualifiedName,
    kind: String,
    is_partition: bool,
    /// The table of an index.
    table: Option<u32>,
    /// The table and columns of a unique index, as one text.
    unique_key: Option<String>,
    columns: BTreeMap<i16, Column>,
    constraints: BTreeMap<u32, Constraint>,
}

#[derive(Clone, Debug, Deserialize)]
struct Column {
    number: i16,
    name: String,
    r#type: String,
    type_oid: u32,
    not_null: bool,
    /// Whether it has a value without being given one.
    has_value: bool,
    is_inherited: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Constraint {
    oid: u32,
    kind: ConstraintKind,
    is_valid: bool,
    is_inherited: bool,
}

impl Catalog {
    /// Reads everything.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn read(client: &mut impl GenericClient) -> Result<Self, postgres::Error> {
        Ok(Self {
            relations: read_relations(client, true)?,
            others: Others::read(client)?,
            ..Self::default()
        })
    }

    /// Begins a migration: what exists now is what others use.
    pub fn begin(&mut self) {
        self.before.clone_from(&self.relations);
        self.before_others.clone_from(&self.others);
    }

    /// Returns what a statement of the running transaction has changed. Relations without a lock cannot have changed.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn after_statement(&mut self, client: &mut impl GenericClient) -> Result<Vec<Event>, postgres::Error> {
        let mut gone = Vec::new();
        for row in client.query(DROPPED, &[])? {
            gone.push(row.try_get(0)?);
        }
        let now = read_relations(client, false)?;
        Ok(self.changed(now, &gone, Others::read(client)?))
    }

    /// Returns what a migration outside of a transaction has changed.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn after_migration(&mut self, client: &mut impl GenericClient) -> Result<Vec<Event>, postgres::Error> {
        let now = read_relations(client, true)?;
        let gone: Vec<u32> = self
            .relations
            .keys()
            .copied()
            .filter(|oid| !now.contains_key(oid))
            .collect();
        Ok(self.changed(now, &gone, Others::read(client)?))
    }

    /// Returns whether a relation has the name and all columns of the one that had the name before the migration.
    pub fn has_successor(&self, name: &QualifiedName) -> bool {
        let is_called = |own: &&Relation| own.table.is_none() && own.name == *name;
        let before = self.before.values().find(is_called);
        let Some((before, now)) = before.zip(self.relations.values().find(is_called)) else {
            return false;
        };
        let has = |column: &Column| now.columns.values().any(|own| own.name == column.name);
        before.columns.values().all(has)
    }

    /// Returns the column of today that a table, by its name before the migration, has under a name.
    fn column(&self, table: &QualifiedName, column: &str) -> Option<&Column> {
        let (oid, _) = self.before.iter().find(|(_, own)| own.name == *table)?;
        let columns = &self.relations.get(oid)?.columns;
        columns.values().find(|own| own.name == column)
    }

    /// Returns whether a table, by its name before the migration, has a column of this name.
    pub fn has_column(&self, table: &QualifiedName, column: &str) -> bool {
        self.column(table, column).is_some()
    }

    /// Returns whether a column of a table, by its name before the migration, is NOT NULL.
    pub fn is_not_null(&self, table: &QualifiedName, column: &str) -> bool {
        self.column(table, column).is_some_and(|own| own.not_null)
    }

    /// Returns whether an `INSERT` has to give the column of a table, by its name before the migration, a value.
    pub fn is_required(&self, table: &QualifiedName, column: &str) -> bool {
        self.column(table, column)
            .is_some_and(|own| own.not_null && !own.has_value)
    }

    /// Returns whether a unique index has this table and these columns.
    pub fn is_unique(&self, key: &str) -> bool {
        self.relations
            .values()
            .any(|own| own.unique_key.as_deref() == Some(key))
    }

    /// Returns whether a type that belongs to no table has this name.
    pub fn has_type(&self, name: &str) -> bool {
        self.others.types.values().any(|own| own == name)
    }

    fn changed(&mut self, now: BTreeMap<u32, Relation>, gone: &[u32], others: Others) -> Vec<Event> {
        let mut events = Vec::new();
        // The relations of a renamed schema are not locked, and keep their names here otherwise.
        for (oid, new) in &others.schemas {
            if let Some(old) = self.others.schemas.get(oid).filter(|old| *old != new) {
                let moved = self.relations.values_mut().filter(|own| own.name.schema == *old);
                moved.for_each(|own| own.name.schema.clone_from(new));
            }
        }
        for oid in gone {
            if let Some(relation) = self.relations.get(oid) {
                self.dropped(*oid, relation, gone, &mut events);
            }
        }
        for oid in gone {
            self.relations.remove(oid);
        }
        for (oid, relation) in now {
            if let Some(before) = self.relations.get(&oid)
                && let Some(original) = self.before.get(&oid)
            {
                let change = Change {
                    before,
                    now: &relation,
                    original,
                };
                change.events(&mut events);
            }
            self.relations.insert(oid, relation);
        }
        self.others.events(&others, &self.before_others, &mut events);
        self.others = others;
        events
    }

    fn dropped(&self, oid: u32, relation: &Relation, gone: &[u32], events: &mut Vec<Event>) {
        let Some(Relation { name, .. }) = self.before.get(&oid) else {
            return;
        };
        match (relation.kind.as_str(), relation.table) {
            ("r" | "p" | "f", _) => events.push(Event::TableDropped(name.clone())),
            ("v" | "m", _) => events.push(Event::ViewDropped(name.clone())),
            (_, Some(table)) if !gone.contains(&table) => {
                let table = self.before.get(&table).map_or(name, |table| &table.name);
                events.push(Event::IndexDropped {
                    table: table.clone(),
                    index: name.name.clone(),
                    unique_key: relation.unique_key.clone(),
                });
            }
            _ => {}
        }
    }
}

/// The relations on which the transaction holds a lock and that are dropped.
const DROPPED: &str = "SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l \
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384 \
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = l.relation)";

fn read_relations(client: &mut impl GenericClient, all: bool) -> Result<BTreeMap<u32, Relation>, postgres::Error> {
    let mut found = BTreeMap::new();
    for row in client.query(include_str!("catalog.sql"), &[&all])? {
        let columns: Vec<Column> = json(row.try_get("columns")?);
        let constraints: Vec<Constraint> = json(row.try_get("constraints")?);
        let relation = Relation {
            name: QualifiedName::new(
                row.try_get::<_, String>("nspname")?,
                row.try_get::<_, String>("relname")?,
            ),
            kind: row.try_get("relkind")?,
            is_partition: row.try_get("relispartition")?,
            table: row.try_get("indrelid")?,
            unique_key: row.try_get("unique_key")?,
            columns: columns.into_iter().map(|own| (own.number, own)).collect(),
            constraints: constraints.into_iter().map(|own| (own.oid, own)).collect(),
        };
        found.insert(row.try_get("oid")?, relation);
    }
    Ok(found)
}

/// Reads a list that the query has built.
fn json<T: for<'a> Deserialize<'a>>(text: &str) -> Vec<T> {
    let list = serde_json::from_str(text);
    debug_assert!(list.is_ok(), "{text}");
    list.unwrap_or_default()
}

/// A relation before and after a statement.
struct Change<'a> {
    before: &'a Relation,
    now: &'a Relation,
    /// The relation before the migration, whose names others know.
    original: &'a Relation,
}

impl Change<'_> {
    fn events(&self, events: &mut Vec<Event>) {
        let Self { before, now, original } = self;
        let name = &original.name;
        // Programs do not use the names of indexes.
        if before.table.is_none() && before.name != now.name {
            let names = (before.name.clone(), now.name.clone());
            events.push(match before.name.schema == now.name.schema {
                true => Event::RelationRenamed(names.0, names.1),
                false => Event::RelationMoved(names.0, names.1),
            });
        }
        if before.is_partition && !now.is_partition {
            events.push(Event::PartitionDetached(name.clone()));
        }
        self.columns(events);
        for (oid, constraint) in &now.constraints {
            match before.constraints.get(oid) {
                _ if constraint.is_inherited => {}
                None => events.push(Event::ConstraintAdded {
                    kind: constraint.kind,
                    is_valid: constraint.is_valid,
                }),
                Some(before) if !before.is_valid && constraint.is_valid => {
                    let is_new = !original.constraints.contains_key(oid);
                    events.push(Event::ConstraintValidated { is_new });
                }
                Some(_) => {}
            }
        }
    }

    fn columns(&self, events: &mut Vec<Event>) {
        let Self { before, now, original } = self;
        let table = || original.name.clone();
        for (number, column) in &now.columns {
            let Some(own) = before.columns.get(number) else {
                if !column.is_inherited {
                    events.push(Event::ColumnAdded {
                        table: table(),
                        column: column.name.clone(),
                        is_required: column.not_null && !column.has_value,
                    });
                }
                continue;
            };
            // A column that the migration has added has no other name.
            let known = original.columns.get(number);
            let name = || known.unwrap_or(own).name.clone();
            if column.is_inherited && own.is_inherited {
                continue;
            }
            if own.not_null != column.not_null {
                events.push(match column.not_null {
                    true => Event::NotNullSet(table(), name(), !column.has_value),
                    false => Event::NotNullDropped(table(), name()),
                });
            }
            if own.has_value && !column.has_value {
                events.push(Event::DefaultDropped(table(), name()));
            }
            let Some(known) = known else { continue };
            if own.name != column.name && known.name != column.name {
                events.push(Event::ColumnRenamed(table(), name(), column.name.clone()));
            }
            // A renamed type is the same type.
            if own.type_oid != column.type_oid {
                events.push(Event::ColumnRetyped(
                    table(),
                    name(),
                    own.r#type.clone(),
                    column.r#type.clone(),
                ));
            }
        }
        let is_gone = |own: &&Column| {
            original.columns.contains_key(&own.number) && !own.is_inherited && !now.columns.contains_key(&own.number)
        };
        for column in before.columns.values().filter(is_gone) {
            events.push(Event::ColumnDropped(table(), column.name.clone()));
        }
    }
}

impl Others {
    fn read(client: &mut impl GenericClient) -> Result<Self, postgres::Error> {
        let mut found = Self::default();
        for row in client.query(include_str!("other.sql"), &[])? {
            let (oid, owner, name) = (row.try_get("oid")?, row.try_get("owner")?, row.try_get("name")?);
            match row.try_get("kind")? {
                "domain constraint" => drop(found.domain_constraints.insert(oid, (name, row.try_get("is_valid")?))),
                "label" => drop(found.labels.insert(oid, (owner, name))),
                "type" => drop(found.types.insert(oid, name)),
                _ => drop(found.schemas.insert(oid, name)),
            }
        }
        Ok(found)
    }

    /// Adds the changes since this state. `before` are the names before the migration, by which others know the objects.
    fn events(&self, now: &Self, before: &Self, events: &mut Vec<Event>) {
        for (oid, (domain, is_valid)) in &now.domain_constraints {
            let was_valid = self.domain_constraints.get(oid).is_some_and(|(_, valid)| *valid);
            if *is_valid && !was_valid {
                events.push(Event::DomainConstraintAdded(domain.clone()));
            }
        }
        for (oid, (owner, label)) in &self.labels {
            if let Some((_, new)) = now.labels.get(oid).filter(|(_, new)| new != label)
                && let Some(name) = before.types.get(owner)
            {
                events.push(Event::LabelRenamed(name.clone(), label.clone(), new.clone()));
            }
        }
        let lists = [
            (
                &self.types,
                &now.types,
                &before.types,
                Event::TypeRenamed as Renamed,
                Event::TypeDropped as Dropped,
            ),
            (
                &self.schemas,
                &now.schemas,
                &before.schemas,
                Event::SchemaRenamed,
                Event::SchemaDropped,
            ),
        ];
        for (last, now, before, renamed, dropped) in lists {
            for (oid, original) in before {
                match (last.get(oid), now.get(oid)) {
                    (Some(_), None) => events.push(dropped(original.clone())),
                    (Some(last), Some(new)) if last != new => events.push(renamed(original.clone(), new.clone())),
                    _ => {}
                }
            }
        }
    }
}

type Renamed = fn(String, String) -> Event;
type Dropped = fn(String) -> Event;
