//! Observes statements on the scratch database: which locks they take, which tables they read whole or rewrite, and how many rows they change.
//!
//! Nothing is looked up in a table of lock levels: Postgres itself says what each statement did. Relations that did not exist when the
//! observation began are left out, because no other session can use them yet.

use std::collections::{BTreeMap, HashSet};

use postgres::GenericClient;

pub use crate::statement::{LockMode, Observation};

use crate::model::QualifiedName;

/// Observes the statements of one transaction.
pub struct Observer {
    /// The relations that existed at the start, by OID, with their names then.
    existing: BTreeMap<u32, QualifiedName>,
    last: Snapshot,
    /// The files of all relations so far.
    files: HashSet<u32>,
}

/// Relations by OID.
type Snapshot = BTreeMap<u32, Relation>;

#[derive(Clone, Debug)]
struct Relation {
    name: QualifiedName,
    kind: String,
    /// The table of an index.
    table: Option<u32>,
    /// Whether an index is that of an exclusion constraint.
    is_exclusion: bool,
    file: Option<u32>,
    tablespace: u32,
    /// The tables that its valid foreign keys reference, once for each key.
    referenced: Vec<u32>,
    lock: Option<LockMode>,
    scans: i64,
    rows_read: i64,
    rows_written: i64,
}

impl Observer {
    /// Begins in a transaction, before its first statement.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn begin(client: &mut impl GenericClient) -> Result<Self, postgres::Error> {
        let last = snapshot(client, true, &Snapshot::new())?;
        Ok(Self {
            existing: last.iter().map(|(oid, own)| (*oid, own.name.clone())).collect(),
            files: last.values().filter_map(|own| own.file).collect(),
            last,
        })
    }

    /// Returns what has happened since the last call, or since the beginning.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn observe(&mut self, client: &mut impl GenericClient) -> Result<Observation, postgres::Error> {
        if self.existing.is_empty() {
            return Ok(Observation::default());
        }
        let now = snapshot(client, false, &self.last)?;
        let found = self.difference(&now);
        self.files.extend(now.values().filter_map(|own| own.file));
        self.last.extend(now);
        Ok(found)
    }

    /// Returns what a statement outside of a transaction has done since the last call, or since the beginning: which
    /// files are new, and the locks that were seen, by OID. Reads of tables are unknown.
    ///
    /// # Errors
    /// The server does not answer.
    pub fn observe_alone(
        &mut self,
        client: &mut impl GenericClient,
        locks: &BTreeMap<u32, LockMode>,
    ) -> Result<Observation, postgres::Error> {
        let mut now = snapshot(client, true, &self.last)?;
        for (oid, own) in &mut now {
            own.lock = locks.get(oid).copied();
        }
        Ok(self.difference(&now))
    }

    fn difference(&self, now: &Snapshot) -> Observation {
        let mut found = Observation::default();
        for (_, table) in self.built(now) {
            if let Some(name) = self.existing.get(&table) {
                *found.builds.entry(name.clone()).or_default() += 1;
            }
        }
        for (oid, own) in now.iter().filter(|(_, own)| !own.is_index()) {
            if let Some((last, name)) = self.last.get(oid).zip(self.existing.get(oid)) {
                add(&mut found, name, last, own);
                if self.is_emptied(*oid, last, now) {
                    found.scans.remove(name);
                    found.rewrites.remove(name);
                    found.empties.insert(name.clone());
                }
            }
        }
        found.lookups = self.lookups(now, &found).cloned().collect();
        for name in &found.lookups {
            found.scans.entry(name.clone()).or_default();
        }
        let (rewrites, empties) = (&found.rewrites, &found.empties);
        found
            .builds
            .retain(|table, _| !rewrites.contains(table) && !empties.contains(table));
        found
    }

    /// Returns the indexes that were built, each with its table.
    fn built<'a>(&'a self, now: &'a Snapshot) -> impl Iterator<Item = (&'a Relation, u32)> {
        let indexes = now.values().filter_map(|own| Some((own, own.table?)));
        // An index that Postgres recreates for a column's new type may keep the file of its predecessor.
        indexes.filter(|(own, _)| {
            own.file
                .is_some_and(|file| own.is_index() && !self.files.contains(&file))
        })
    }

    /// Returns whether a table has a new file without having been read, except for building its indexes: `TRUNCATE` does
    /// that.
    fn is_emptied(&self, oid: u32, last: &Relation, now: &Snapshot) -> bool {
        let has_new_file = |own: &&Relation| {
            own.kind == "r" && own.file.is_some() && own.file != last.file && own.tablespace == last.tablespace
        };
        let Some(own) = now.get(&oid).filter(has_new_file) else {
            return false;
        };
        // An exclusion constraint is checked in a second scan.
        let built = self.built(now).filter(|(_, table)| *table == oid);
        let builds: i64 = built.map(|(index, _)| 1 + i64::from(index.is_exclusion)).sum();
        // CLUSTER reads the table in the order of an index.
        let mut indexes = now.iter().filter(|(_, own)| own.is_index() && own.table == Some(oid));
        let is_read = indexes.any(|(oid, own)| self.last.get(oid).is_some_and(|last| own.scans != last.scans));
        !is_read && own.scans == last.scans + builds
    }

    /// Returns the tables that the check of a foreign key reads: few rows may make Postgres look them up one by one, or not at all.
    fn lookups(&self, now: &Snapshot, found: &Observation) -> impl Iterator<Item = &QualifiedName> {
        let checked = now.iter().filter(|(oid, own)| {
            let is_read = self
                .existing
                .get(oid)
                .is_some_and(|name| found.scans.contains_key(name));
            let last = self.last.get(oid);
            is_read && last.is_some_and(|last| own.referenced != last.referenced)
        });
        let checked: BTreeMap<&u32, &Relation> = checked.collect();
        let referenced: Vec<u32> = checked.values().flat_map(|own| own.referenced.clone()).collect();
        let others = referenced.into_iter().filter(move |oid| !checked.contains_key(oid));
        others.filter_map(|oid| self.existing.get(&oid))
    }
}

/// Adds what has happened to one relation, by its name at the start, between two snapshots.
fn add(found: &mut Observation, name: &QualifiedName, last: &Relation, now: &Relation) {
    let name = || name.clone();
    let since = |last: i64, now: i64| u64::try_from(now - last).unwrap_or(0);
    if let Some(lock) = now.lock.filter(|_| now.lock > last.lock) {
        found.locks.insert(name(), lock);
    }
    if now.scans > last.scans {
        found.scans.insert(name(), since(last.rows_read, now.rows_read));
    }
    if now.rows_written > last.rows_written {
        found.writes.insert(name(), since(last.rows_written, now.rows_written));
    }
    if matches!(now.kind.as_str(), "r" | "m") && now.file.is_some() && now.file != last.file {
        found.rewrites.insert(name());
    }
}

impl Relation {
    fn is_index(&self) -> bool {
        matches!(self.kind.as_str(), "i" | "I")
    }
}

/// Reads all relations, or those on which the transaction holds a lock; dropped ones keep what is known of them.
fn snapshot(client: &mut impl GenericClient, all: bool, last: &Snapshot) -> Result<Snapshot, postgres::Error> {
    let rows = client.query(include_str!("snapshot.sql"), &[&all])?;
    let mut found = Snapshot::new();
    for row in &rows {
        let oid: u32 = row.try_get("oid")?;
        let lock: Option<i32> = row.try_get("lock")?;
        let lock = lock.and_then(|rank| LockMode::ALL.get(usize::try_from(rank).ok()?.checked_sub(1)?).copied());
        let relation = match row.try_get::<_, Option<String>>("relname")? {
            Some(name) => Relation {
                name: QualifiedName::new(row.try_get::<_, String>("nspname")?, name),
                kind: row.try_get("relkind")?,
                table: row.try_get("indrelid")?,
                is_exclusion: row.try_get("is_exclusion")?,
                file: row.try_get("file")?,
                tablespace: row.try_get("tablespace")?,
                referenced: row.try_get("referenced")?,
                lock,
                scans: row.try_get("scans")?,
                rows_read: row.try_get("rows_read")?,
                rows_written: row.try_get("rows_written")?,
            },
            None => match last.get(&oid) {
                Some(dropped) => Relation {
                    lock,
                    file: None,
                    ..dropped.clone()
                },
                None => continue,
            },
        };
        found.insert(oid, relation);
    }
    Ok(found)
}
