//! Replica identities, publications and their tables, and the types of typed tables.

use std::collections::{BTreeMap, HashMap};

use super::{
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{Publication, PublishedTable, ReplicaIdentity, Replication, TypeName};

/// Settings that differ from those of a plain table, by the table's OID.
#[derive(Default)]
pub(super) struct Tables {
    replication: HashMap<u32, Replication>,
    types: HashMap<u32, TypeName>,
}

impl Tables {
    /// Removes and returns the replication settings of a table.
    pub fn replication(&mut self, table: u32) -> Replication {
        self.replication.remove(&table).unwrap_or_default()
    }

    /// Removes and returns the composite type of a typed table (`CREATE TABLE ... OF`).
    pub fn of_type(&mut self, table: u32) -> Option<TypeName> {
        self.types.remove(&table)
    }
}

/// Reads the publications, and the tables whose settings differ from the defaults.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<(BTreeMap<String, Publication>, Tables), IntrospectError> {
    let mut tables = read_tables(reader)?;
    let publications = read_publications(reader)?;
    read_members(reader, &mut tables)?;
    Ok((publications, tables))
}

fn read_tables(reader: &mut Reader<'_>) -> Result<Tables, IntrospectError> {
    const WHAT: &str = "replica identities";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT c.oid, c.relreplident, i.relname::text, tn.nspname::text, t.typname::text \
             FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_index x ON x.indrelid = c.oid AND x.indisreplident AND c.relreplident = 'i' \
             LEFT JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
             LEFT JOIN pg_catalog.pg_type t ON t.oid = c.reloftype \
             LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace \
             WHERE c.relkind IN ('r', 'p') AND (c.relreplident <> 'd' OR c.reloftype <> 0) AND {IS_USER_NAMESPACE}"
        ),
    )?;
    let mut tables = Tables::default();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let oid: u32 = fields.next()?;
        let kind = fields.next_char()?;
        let index: Option<String> = fields.next()?;
        let identity = match (kind, index) {
            ('f', _) => ReplicaIdentity::Full,
            ('n', _) => ReplicaIdentity::Nothing,
            ('i', Some(name)) => ReplicaIdentity::Index(name),
            // Its index was dropped, so nothing identifies a row.
            ('i', None) => ReplicaIdentity::Nothing,
            _ => ReplicaIdentity::Default,
        };
        tables.replication.entry(oid).or_default().identity = identity;
        if let (Some(schema), Some(name)) = (fields.next::<Option<String>>()?, fields.next::<Option<String>>()?) {
            tables.types.insert(oid, TypeName::new(schema, name));
        }
    }
    Ok(tables)
}

fn read_publications(reader: &mut Reader<'_>) -> Result<BTreeMap<String, Publication>, IntrospectError> {
    const WHAT: &str = "publications";
    let rows = reader.query(
        WHAT,
        "SELECT p.pubname::text, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot, \
                pg_catalog.pg_get_userbyid(p.pubowner)::text \
         FROM pg_catalog.pg_publication p WHERE NOT p.puballtables",
    )?;
    let mut publications = BTreeMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let name = fields.next()?;
        let mut published = Vec::new();
        for operation in ["insert", "update", "delete", "truncate"] {
            if fields.next::<bool>()? {
                published.push(operation);
            }
        }
        let mut options = Vec::new();
        if published.len() < 4 {
            options.push(format!("publish = '{}'", published.join(", ")));
        }
        if fields.next::<bool>()? {
            options.push("publish_via_partition_root = true".to_owned());
        }
        let owner = fields.next()?;
        publications.insert(name, Publication { options, owner });
    }
    Ok(publications)
}

fn read_members(reader: &mut Reader<'_>, tables: &mut Tables) -> Result<(), IntrospectError> {
    const WHAT: &str = "published tables";
    let columns = reader.since(15, "r.prattrs", "NULL::int2vector");
    let filter = reader.since(15, "pg_catalog.pg_get_expr(r.prqual, r.prrelid)", "NULL::text");
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT r.prrelid, p.pubname::text, \
                    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a \
                          WHERE a.attrelid = r.prrelid AND a.attnum = ANY ({columns}) ORDER BY a.attnum), \
                    {filter}, \
                    ARRAY(SELECT DISTINCT a.attname::text FROM pg_catalog.pg_depend d \
                          JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
                          WHERE d.classid = 'pg_catalog.pg_publication_rel'::regclass AND d.objid = r.oid \
                            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 ORDER BY 1) \
             FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid"
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let (table, publication): (u32, String) = (fields.next()?, fields.next()?);
        let columns: Vec<String> = fields.next()?;
        let filter: Option<String> = fields.next()?;
        let read: Vec<String> = fields.next()?;
        let text = filter.as_deref().unwrap_or_default();
        // Postgres records the columns of the list and those of the filter in the same way; the filter's are words of
        // its text.
        let words = crate::model::mentioned_words(text);
        let filter_columns = read.into_iter().filter(|name| words.contains(name)).collect();
        let member = PublishedTable {
            columns,
            filter,
            filter_columns,
        };
        let known = tables.replication.entry(table).or_default();
        known.publications.insert(publication, member);
    }
    Ok(())
}
