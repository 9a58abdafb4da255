//! What a statement has changed in the system catalogs, by OID: a renamed column is the same column, whatever the text of
//! the statement says.

mod change;
mod object;
mod relation;

use std::collections::BTreeSet;

use postgres::{Client, GenericClient};

use self::{
    change::Change,
    object::Objects,
    relation::{Column, Relation, Relations, read_dropped, read_relations},
};
use super::event::{ColumnType, Event, ObjectKind, Privilege};
use crate::model::QualifiedName;

/// The objects of a database that running programs use, as a migration changes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalog {
    relations: Relations,
    objects: Objects,
    /// The relations before the migration.
    before: Relations,
    /// What was no relation before the migration.
    objects_before: Objects,
    /// The first transaction ID of the migration.
    since: String,
}

/// What has the name of a relation after the migration.
pub(super) enum Successor {
    /// Nothing.
    None,
    /// A relation without some columns, or with columns of other types.
    Differs(Vec<String>),
    /// A relation with all columns.
    Same,
}

impl Catalog {
    /// Reads everything.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn read(client: &mut Client) -> Result<Self, postgres::Error> {
        let (relations, objects, _) = snapshot(&mut client.transaction()?, None)?;
        Ok(Self {
            relations,
            objects,
            ..Self::default()
        })
    }

    /// Begins a migration: what exists now is what others use.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn begin(&mut self, client: &mut impl GenericClient) -> Result<(), postgres::Error> {
        let next = "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::xid::text";
        self.since = client.query_one(next, &[])?.try_get(0)?;
        self.before.clone_from(&self.relations);
        self.objects_before.clone_from(&self.objects);
        Ok(())
    }

    /// Returns what a statement of the running transaction has changed. Relations without a lock cannot have changed,
    /// except in their privileges.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn after_statement(&mut self, client: &mut impl GenericClient) -> Result<Vec<Event>, postgres::Error> {
        let (now, objects, dropped) = snapshot(client, Some(&self.since))?;
        Ok(self.changed(now, &dropped, objects))
    }

    /// Returns what a statement outside of a transaction has changed.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn after_transaction(&mut self, client: &mut Client) -> Result<Vec<Event>, postgres::Error> {
        let (now, objects, _) = snapshot(&mut client.transaction()?, None)?;
        let is_dropped = |oid: &u32| !now.contains_key(oid);
        let dropped: Vec<u32> = self.relations.keys().copied().filter(is_dropped).collect();
        Ok(self.changed(now, &dropped, objects))
    }

    fn changed(&mut self, now: Relations, dropped: &[u32], objects: Objects) -> Vec<Event> {
        let mut events = Vec::new();
        // The relations of a renamed schema are not locked, and keep their names here otherwise.
        for (old, new) in self.objects.renamed_schemas(&objects) {
            let moved = self.relations.values_mut().filter(|own| own.name.schema == old);
            moved.for_each(|own| new.clone_into(&mut own.name.schema));
        }
        for oid in dropped {
            if let Some(relation) = self.relations.get(oid) {
                self.dropped(*oid, relation, dropped, &mut events);
            }
        }
        for oid in dropped {
            self.relations.remove(oid);
        }
        for (oid, relation) in now {
            let last = self.relations.get(&oid);
            match last.zip(self.before.get(&oid)) {
                Some((before, original)) => {
                    let change = Change {
                        before,
                        now: &relation,
                        original,
                        originals: &self.before,
                    };
                    change.events(&mut events);
                }
                None if last.is_none() => events.extend(self.unique_added(&relation)),
                None => {}
            }
            self.relations.insert(oid, relation);
        }
        self.objects.events(&objects, &self.objects_before, &mut events);
        self.objects = objects;
        events
    }

    fn dropped(&self, oid: u32, relation: &Relation, dropped: &[u32], events: &mut Vec<Event>) {
        let Some(Relation { name, .. }) = self.before.get(&oid) else {
            return;
        };
        match (relation.facts.kind.as_str(), relation.table()) {
            ("r" | "p" | "f", _) => events.push(Event::TableDropped(name.clone())),
            ("v" | "m", _) => events.push(Event::ViewDropped(name.clone())),
            ("S", None) => events.push(Event::SequenceDropped(name.clone())),
            (_, Some(table)) if !dropped.contains(&table) => {
                let Some(index) = relation.facts.index.as_ref() else {
                    return;
                };
                let table = self.before.get(&table).map_or(name, |table| &table.name);
                events.push(Event::IndexDropped {
                    table: table.clone(),
                    index: name.name.clone(),
                    unique_key: index.unique_key.clone(),
                    backs_constraint: index.backs_constraint,
                });
            }
            _ => {}
        }
    }

    /// Returns the event of a new index that is unique for what was not unique before the migration.
    fn unique_added(&self, relation: &Relation) -> Option<Event> {
        let index = relation.facts.index.as_ref()?;
        let key = index.unique_key.as_deref()?;
        let table = self.before.get(&index.table)?;
        let is_of_new = |number: &i16| *number != 0 && table.column(*number).is_none();
        let is_known = self.before.values().any(|own| own.unique_key() == Some(key));
        let is_quiet = is_known || relation.facts.parent.is_some() || index.columns.iter().all(is_of_new);
        (!is_quiet).then(|| Event::UniqueAdded {
            table: table.name.clone(),
            index: relation.name.name.clone(),
        })
    }

    /// Returns a relation by the name that it had before the migration: as it was, and what has this name now.
    fn pair(&self, name: &QualifiedName) -> Option<(&Relation, &Relation)> {
        let is_called = |own: &&Relation| !own.is_index() && own.name == *name;
        let before = self.before.values().find(is_called);
        before.zip(self.relations.values().find(is_called))
    }

    /// Returns what has the name of a relation that had the name before the migration.
    pub fn successor(&self, name: &QualifiedName) -> Successor {
        let Some((before, now)) = self.pair(name) else {
            return Successor::None;
        };
        let has = |column: &Column| {
            let own = now.column_named(&column.name);
            own.is_some_and(|own| own.r#type.is_same(&column.r#type))
        };
        let missing = before.columns().filter(|column| !has(column));
        let missing: Vec<String> = missing.map(|column| column.name.clone()).collect();
        match missing.is_empty() {
            true => Successor::Same,
            false => Successor::Differs(missing),
        }
    }

    /// Returns the privileges that a relation had before the migration, and that what has its name now has not.
    pub fn lost_privileges(&self, name: &QualifiedName) -> BTreeSet<Privilege> {
        self.pair(name)
            .map_or_else(BTreeSet::new, |(before, now)| before.lost_privileges(now))
    }

    /// Returns whether nobody but its owner was granted a relation, and nobody is granted what has its name now: other
    /// privileges may have been granted outside of the migrations.
    pub fn is_never_granted(&self, name: &QualifiedName) -> bool {
        self.pair(name)
            .is_some_and(|(before, now)| !before.is_granted() && !now.is_granted())
    }

    /// Returns the relation of today that had a name before the migration.
    fn relation(&self, name: &QualifiedName) -> Option<&Relation> {
        let is_called = |own: &&Relation| own.name == *name;
        let (oid, _) = self.before.iter().find(|(_, own)| is_called(own))?;
        self.relations.get(oid)
    }

    /// Returns the column of today that a table, by its name before the migration, has under a name.
    fn column(&self, table: &QualifiedName, column: &str) -> Option<&Column> {
        self.relation(table)?.column_named(column)
    }

    /// Returns the type of a column of today of a table, by its name before the migration.
    pub fn column_type(&self, table: &QualifiedName, column: &str) -> Option<&ColumnType> {
        self.column(table, column).map(|own| &own.r#type)
    }

    /// Returns the type that a column had before the migration.
    pub fn column_type_before(&self, table: &QualifiedName, column: &str) -> Option<&ColumnType> {
        let before = self.before.values().find(|own| own.name == *table)?;
        before.column_named(column).map(|own| &own.r#type)
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

    /// Returns the columns of a table, by its name before the migration, to which an `INSERT` has to give values.
    pub fn required(&self, table: &QualifiedName) -> Vec<String> {
        let columns = self.relation(table).into_iter().flat_map(Relation::columns);
        let required = columns.filter(|own| own.not_null && !own.has_value);
        required.map(|own| own.name.clone()).collect()
    }

    /// Returns whether a column refuses values, because it is an identity.
    pub fn is_always_identity(&self, table: &QualifiedName, column: &str) -> bool {
        self.relation(table).is_some_and(|own| {
            let before = self.before.values().find(|own| own.name == *table);
            let number = before
                .and_then(|before| before.column_named(column))
                .map(|column| column.number);
            number
                .and_then(|number| own.column(number))
                .is_some_and(Column::is_always_identity)
        })
    }

    /// Returns whether a unique index has this table and these columns.
    pub fn is_unique(&self, key: &str) -> bool {
        self.relations.values().any(|own| own.unique_key() == Some(key))
    }

    /// Returns whether a table, by its name before the migration, has a key constraint of this name.
    pub fn has_key(&self, table: &QualifiedName, name: &str) -> bool {
        let keys = self.relation(table).map(|own| own.facts.constraints.iter());
        keys.is_some_and(|mut keys| keys.any(|own| own.is_key() && own.name == name))
    }

    /// Returns whether a trigger that gives values calls a function for new rows.
    pub fn has_trigger(&self, table: &QualifiedName, function: u32) -> bool {
        let triggers = self.relation(table).map(|own| own.facts.triggers.iter());
        triggers.is_some_and(|mut triggers| triggers.any(|own| own.is_enabled && own.function == function))
    }

    /// Returns whether row security applies to a table, by its name before the migration.
    pub fn has_row_security(&self, table: &QualifiedName) -> bool {
        self.relation(table).is_some_and(|own| own.facts.row_security)
    }

    /// Returns whether a table has a policy of this definition.
    pub fn has_policy(&self, table: &QualifiedName, definition: &str) -> bool {
        let policies = self.relation(table).map(|own| own.facts.policies.iter());
        policies.is_some_and(|mut policies| policies.any(|own| own.definition == definition))
    }

    /// Returns whether a partitioned table has a partition with this bound, or a default partition.
    pub fn has_partition_for(&self, parent: &QualifiedName, bound: &str) -> bool {
        let oid = self
            .before
            .iter()
            .find(|(_, own)| own.name == *parent)
            .map(|(oid, _)| *oid);
        let mut partitions = self
            .relations
            .values()
            .filter(|own| own.facts.parent == oid && oid.is_some());
        partitions.any(|own| matches!(own.facts.bound.as_deref(), Some(own) if own == bound || own == "DEFAULT"))
    }

    /// Returns the privileges of these that a relation, by its name before the migration, does not grant now.
    pub fn still_lost(&self, name: &QualifiedName, lost: &BTreeSet<Privilege>) -> BTreeSet<Privilege> {
        let before = self.before.values().find(|own| own.name == *name);
        let Some((before, now)) = before.zip(self.relation(name)) else {
            return BTreeSet::new();
        };
        let all = before.lost_privileges(now);
        all.intersection(lost).cloned().collect()
    }

    /// Returns whether a table publishes updates without a replica identity.
    pub fn refuses_updates(&self, table: &QualifiedName) -> bool {
        self.relation(table).is_some_and(|own| own.facts.refuses_updates)
    }

    /// Returns whether a relation was a materialized view before the migration.
    pub fn is_materialized_view(&self, name: &QualifiedName) -> bool {
        let before = self.before.values().find(|own| own.name == *name);
        before.is_some_and(|own| own.facts.kind == "m")
    }

    /// Returns whether a name is that of a composite type.
    pub fn is_composite_type(&self, name: &QualifiedName) -> bool {
        let before = self.before.values().find(|own| own.name == *name);
        before.is_some_and(|own| own.facts.kind == "c")
    }

    /// Returns whether a foreign key of one of these tables references another of them.
    pub fn has_reference_among(&self, tables: &BTreeSet<QualifiedName>) -> bool {
        let among = |oid: u32| self.before.get(&oid).is_some_and(|own| tables.contains(&own.name));
        let refers = |oid: u32, own: &Relation| {
            let mut referenced = own.facts.constraints.iter().filter_map(|own| own.referenced);
            referenced.any(|other| other != oid && among(other))
        };
        self.before
            .iter()
            .any(|(oid, own)| tables.contains(&own.name) && refers(*oid, own))
    }

    /// Returns whether an object has the name, and the arguments, of one before the migration.
    pub fn has_object(&self, kind: ObjectKind, name: &str) -> bool {
        self.objects.has_successor(&self.objects_before, kind, name)
    }

    /// Returns the roles that could use an object before the migration and cannot use what has its name now.
    pub fn lost_holders(&self, kind: ObjectKind, name: &str) -> BTreeSet<String> {
        self.objects.lost_holders(&self.objects_before, kind, name)
    }
}

/// Reads relations, other objects, and the OIDs of dropped relations, in a transaction. Expressions are deparsed with an
/// empty search path, whatever the migration sets.
fn snapshot(
    client: &mut impl GenericClient,
    since: Option<&str>,
) -> Result<(Relations, Objects, Vec<u32>), postgres::Error> {
    let path: String = client
        .query_one("SELECT pg_catalog.current_setting('search_path')", &[])?
        .try_get(0)?;
    let set_path = "SELECT pg_catalog.set_config('search_path', $1, true)";
    client.query_one(set_path, &[&""])?;
    let dropped = read_dropped(client)?;
    let relations = read_relations(client, since)?;
    let objects = Objects::read(client)?;
    client.query_one(set_path, &[&path])?;
    Ok((relations, objects, dropped))
}
