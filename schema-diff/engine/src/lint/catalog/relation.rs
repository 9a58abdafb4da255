//! A relation as the catalogs have it.

use std::collections::{BTreeMap, BTreeSet};

use postgres::GenericClient;
use serde::Deserialize;

use crate::{
    lint::event::{ColumnType, ConstraintKind, Privilege, ValueSource},
    model::QualifiedName,
};

/// Relations by OID.
pub(super) type Relations = BTreeMap<u32, Relation>;

/// A table, view, index, sequence or composite type.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub name: QualifiedName,
    pub facts: Facts,
}

/// What a relation has besides its name.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Facts {
    pub kind: String,
    pub persistence: String,
    pub file: i64,
    /// The table of a partition.
    pub parent: Option<u32>,
    /// The bound of a partition.
    pub bound: Option<String>,
    pub row_security: bool,
    /// Whether row security also applies to the owner.
    pub forces_row_security: bool,
    pub owner: String,
    /// Whether it publishes updates without a replica identity.
    pub refuses_updates: bool,
    pub index: Option<Index>,
    pub sequence: Option<Sequence>,
    columns: Vec<Column>,
    pub constraints: Vec<Constraint>,
    pub triggers: Vec<Trigger>,
    pub policies: Vec<Policy>,
    pub privileges: BTreeSet<Privilege>,
}

/// What an index has besides its name.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Index {
    pub table: u32,
    /// The numbers of the columns, 0 for an expression.
    pub columns: Vec<i16>,
    /// The table and columns of a unique index, as one text.
    pub unique_key: Option<String>,
    pub backs_constraint: bool,
}

/// What a sequence has besides its name.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sequence {
    /// Its definition, without its position.
    pub parameters: String,
    /// The table of the column that owns it.
    pub table: Option<u32>,
}

/// A column, or an attribute of a composite type.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Column {
    pub number: i16,
    pub name: String,
    #[serde(flatten)]
    pub r#type: ColumnType,
    pub not_null: bool,
    identity: String,
    generated: String,
    /// Whether it has a value without being given one.
    pub has_value: bool,
    pub is_inherited: bool,
}

impl Column {
    /// Returns whether it is an identity that refuses given values.
    pub fn is_always_identity(&self) -> bool {
        self.identity == "a"
    }

    /// Returns where its values come from if an `INSERT` gives none.
    pub fn source(&self) -> ValueSource {
        match (self.identity.is_empty(), self.generated.is_empty()) {
            (true, true) => ValueSource::Default,
            (false, _) => ValueSource::Identity,
            (true, false) => ValueSource::Generated,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Constraint {
    pub oid: u32,
    pub name: String,
    pub kind: ConstraintKind,
    pub columns: Vec<i16>,
    /// The table that a foreign key references.
    pub referenced: Option<u32>,
    definition: String,
    pub is_valid: bool,
    pub is_deferrable: bool,
    pub is_inherited: bool,
}

impl Constraint {
    /// Returns the definition, whether or not the constraint is valid.
    pub fn definition(&self) -> &str {
        self.definition.trim_end_matches(" NOT VALID")
    }

    /// Returns whether `ON CONFLICT ON CONSTRAINT` can name it.
    pub const fn is_key(&self) -> bool {
        use ConstraintKind::{Exclusion, PrimaryKey, Unique};
        matches!(self.kind, PrimaryKey | Unique | Exclusion) && !self.is_inherited && !self.is_deferrable
    }
}

/// A trigger that can give columns of new rows values.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Trigger {
    pub oid: u32,
    pub name: String,
    pub function: u32,
    /// The columns that the function names.
    pub columns: BTreeSet<String>,
    pub is_enabled: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Policy {
    pub name: String,
    pub is_permissive: bool,
    pub definition: String,
}

impl Relation {
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.facts.columns.iter()
    }

    /// Returns the column with a number.
    pub fn column(&self, number: i16) -> Option<&Column> {
        self.columns().find(|own| own.number == number)
    }

    /// Returns the column with a name.
    pub fn column_named(&self, name: &str) -> Option<&Column> {
        self.columns().find(|own| own.name == name)
    }

    /// Returns the constraint with an OID.
    pub fn constraint(&self, oid: u32) -> Option<&Constraint> {
        self.facts.constraints.iter().find(|own| own.oid == oid)
    }

    /// Returns the table to which an index or a sequence belongs.
    pub fn table(&self) -> Option<u32> {
        let index = self.facts.index.as_ref().map(|own| own.table);
        index.or_else(|| self.facts.sequence.as_ref()?.table)
    }

    pub fn is_index(&self) -> bool {
        self.facts.index.is_some()
    }

    /// Returns what a unique index is unique for.
    pub fn unique_key(&self) -> Option<&str> {
        self.facts.index.as_ref()?.unique_key.as_deref()
    }

    /// Returns whether a role, or everybody, has a privilege.
    fn grants(&self, wanted: &Privilege) -> bool {
        let roles = [wanted.role.as_str(), PUBLIC];
        let columns = [&wanted.column, &None];
        self.facts.privileges.iter().any(|own| {
            own.privilege == wanted.privilege && roles.contains(&own.role.as_str()) && columns.contains(&&own.column)
        })
    }

    /// Returns the privileges that this relation grants and another one does not.
    pub fn lost_privileges(&self, now: &Self) -> BTreeSet<Privilege> {
        let lost = self.facts.privileges.iter().filter(|own| !now.grants(own));
        lost.cloned().collect()
    }

    /// Returns whether a role other than the owner has privileges.
    pub fn is_granted(&self) -> bool {
        self.facts.privileges.iter().any(|own| own.role != self.facts.owner)
    }
}

/// The name that stands for all roles.
pub(super) const PUBLIC: &str = "PUBLIC";

/// The relations on which the transaction holds a lock and that are dropped.
const DROPPED: &str = "SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l \
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384 \
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = l.relation)";

/// Reads the OIDs of the relations that the running transaction has dropped.
pub(super) fn read_dropped(client: &mut impl GenericClient) -> Result<Vec<u32>, postgres::Error> {
    let rows = client.query(DROPPED, &[])?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Reads all relations, or those that may have changed since a transaction ID.
pub(super) fn read_relations(
    client: &mut impl GenericClient,
    since: Option<&str>,
) -> Result<Relations, postgres::Error> {
    let mut found = Relations::new();
    let (all, since) = (since.is_none(), since.unwrap_or("3"));
    for row in client.query(include_str!("relation.sql"), &[&all, &since])? {
        let name = QualifiedName::new(
            row.try_get::<_, String>("nspname")?,
            row.try_get::<_, String>("relname")?,
        );
        let facts = serde_json::from_str(row.try_get("facts")?);
        debug_assert!(facts.is_ok(), "{name:?}: {facts:?}");
        if let Ok(facts) = facts {
            found.insert(row.try_get("oid")?, Relation { name, facts });
        }
    }
    Ok(found)
}
