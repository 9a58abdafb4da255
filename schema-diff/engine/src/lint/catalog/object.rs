//! What is no relation: types with their labels and constraints, schemas, routines and extensions.

use std::collections::{BTreeMap, BTreeSet};

use postgres::GenericClient;

use super::relation::PUBLIC;
use crate::lint::event::{Event, ObjectKind};

/// The objects that are no relations.
#[derive(Clone, Debug, Default)]
pub(super) struct Objects {
    /// Objects that programs name, by kind and OID.
    named: BTreeMap<(ObjectKind, u32), Object>,
    /// Constraints of domains by OID, each with the OID of its domain.
    domain_constraints: BTreeMap<u32, (u32, Object)>,
    /// Labels of enum types by OID, each with the OID of its type.
    labels: BTreeMap<u32, (u32, String)>,
}

#[derive(Clone, Debug)]
struct Object {
    /// The OID of the schema.
    schema: u32,
    name: String,
    /// Arguments and result of a routine, the definition of a constraint.
    detail: String,
    /// Whether a constraint is valid, or a domain nullable.
    is_valid: bool,
    /// The roles that may use it.
    holders: BTreeSet<String>,
}

impl Objects {
    /// Reads all objects.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn read(client: &mut impl GenericClient) -> Result<Self, postgres::Error> {
        let mut found = Self::default();
        for row in client.query(include_str!("object.sql"), &[])? {
            let (oid, owner) = (row.try_get("oid")?, row.try_get("owner")?);
            let object = Object {
                schema: owner,
                name: row.try_get("name")?,
                detail: row.try_get("detail")?,
                is_valid: row.try_get("is_valid")?,
                holders: row.try_get::<_, Vec<String>>("holders")?.into_iter().collect(),
            };
            let kind = match row.try_get("kind")? {
                "domain constraint" => {
                    found.domain_constraints.insert(oid, (owner, object));
                    continue;
                }
                "label" => {
                    found.labels.insert(oid, (owner, object.name));
                    continue;
                }
                "type" => ObjectKind::Type,
                "routine" => ObjectKind::Routine,
                "extension" => ObjectKind::Extension,
                _ => ObjectKind::Schema,
            };
            found.named.insert((kind, oid), object);
        }
        Ok(found)
    }

    /// Returns the schemas that have got another name since this state: before and after.
    pub fn renamed_schemas<'a>(&'a self, now: &'a Self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.named.iter().filter_map(|(key, old)| {
            let new = now
                .named
                .get(key)
                .filter(|new| key.0 == ObjectKind::Schema && new.name != old.name)?;
            Some((old.name.as_str(), new.name.as_str()))
        })
    }

    /// Returns whether an object has the name and the arguments of one before the migration.
    pub fn has_successor(&self, before: &Self, kind: ObjectKind, name: &str) -> bool {
        let called = |all: &Self| -> BTreeSet<String> {
            let named = all
                .named
                .iter()
                .filter(|((own, _), object)| *own == kind && object.name == name);
            named.map(|(_, object)| object.detail.clone()).collect()
        };
        let (before, now) = (called(before), called(self));
        !now.is_empty() && before.is_subset(&now)
    }

    /// Returns the roles that could use an object before the migration and cannot use what has its name now.
    pub fn lost_holders(&self, before: &Self, kind: ObjectKind, name: &str) -> BTreeSet<String> {
        let called = |all: &Self| -> BTreeSet<String> {
            let named = all
                .named
                .iter()
                .filter(|((own, _), object)| *own == kind && object.name == name);
            named.flat_map(|(_, object)| object.holders.clone()).collect()
        };
        let (before, now) = (called(before), called(self));
        match now.contains(PUBLIC) {
            true => BTreeSet::new(),
            false => before.difference(&now).cloned().collect(),
        }
    }

    /// Adds the changes since this state. `before` has the names before the migration, by which others know the objects.
    pub fn events(&self, now: &Self, before: &Self, events: &mut Vec<Event>) {
        self.domain_events(now, before, events);
        for (oid, (owner, label)) in &self.labels {
            if let Some((_, new)) = now.labels.get(oid).filter(|(_, new)| new != label)
                && let Some(domain) = before.named.get(&(ObjectKind::Type, *owner))
            {
                events.push(Event::LabelRenamed(domain.name.clone(), label.clone(), new.clone()));
            }
        }
        for (key, original) in &before.named {
            let Some(last) = self.named.get(key) else { continue };
            let name = || original.name.clone();
            let Some(new) = now.named.get(key) else {
                events.push(Event::ObjectDropped(key.0, name()));
                continue;
            };
            if last.name != new.name && !self.follows_schema(last, now) {
                events.push(Event::ObjectRenamed {
                    kind: key.0,
                    from: name(),
                    to: new.name.clone(),
                });
            }
            if !last.holders.is_subset(&new.holders) {
                events.push(Event::UseRevoked(key.0, name()));
            }
        }
    }

    /// Returns whether an object has another name only because its schema has.
    fn follows_schema(&self, object: &Object, now: &Self) -> bool {
        let key = (ObjectKind::Schema, object.schema);
        let names = self.named.get(&key).zip(now.named.get(&key));
        names.is_some_and(|(old, new)| old.name != new.name)
    }

    fn domain_events(&self, now: &Self, before: &Self, events: &mut Vec<Event>) {
        for (oid, (domain, object)) in &now.domain_constraints {
            let last = self.domain_constraints.get(oid);
            if object.is_valid && !last.is_some_and(|(_, own)| own.is_valid) {
                events.push(Event::DomainConstraintAdded(object.name.clone()));
            }
            let key = (ObjectKind::Type, *domain);
            let definition = |own: &Object| own.detail.trim_end_matches(" NOT VALID").to_owned();
            let is_known = before
                .domain_constraints
                .values()
                .any(|(own, known)| own == domain && definition(known) == definition(object));
            if let Some(known) = before.named.get(&key).filter(|_| last.is_none() && !is_known) {
                events.push(Event::DomainRestricted(known.name.clone(), definition(object)));
            }
        }
        for (key, original) in before
            .named
            .iter()
            .filter(|((kind, _), own)| *kind == ObjectKind::Type && own.is_valid)
        {
            let (last, new) = (self.named.get(key), now.named.get(key));
            if last.is_some_and(|own| own.is_valid) && new.is_some_and(|own| !own.is_valid) {
                events.push(Event::DomainRestricted(original.name.clone(), "NOT NULL".to_owned()));
            }
        }
    }
}
