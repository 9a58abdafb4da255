//! Tables, views and materialized views without their parts, and whether the role may see them.

use std::collections::{HashMap, HashSet};

use super::{
    bookkeeping::is_bookkeeping,
    error::{HiddenRelation, IntrospectError},
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{TableName, UnmanagedReason};

/// A relation as in the catalog.
pub(super) struct Relation {
    pub name: TableName,
    pub kind: RelationKind,
    pub owner: String,
    pub unlogged: bool,
    pub row_security: bool,
    pub force_row_security: bool,
    pub populated: bool,
    pub options: Vec<String>,
    /// `pg_get_partkeydef`.
    pub partition_key: Option<String>,
    /// `FOR VALUES ...` of a partition.
    pub partition_bound: Option<String>,
    /// The OIDs of its parents, in order.
    pub parents: Vec<u32>,
    pub unmanaged: Option<UnmanagedReason>,
}

/// `pg_class.relkind`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RelationKind {
    Table,
    PartitionedTable,
    View,
    MaterializedView,
    ForeignTable,
}

/// Relations by OID.
pub(super) type Relations = HashMap<u32, Relation>;

/// Reads the relations that `information_schema` shows to this role.
fn read_visible(reader: &mut Reader<'_>) -> Result<HashSet<(String, String)>, IntrospectError> {
    const WHAT: &str = "tables";
    let rows = reader.query(
        WHAT,
        "SELECT table_schema::text, table_name::text FROM information_schema.tables \
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type <> 'LOCAL TEMPORARY'",
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            Ok((fields.next()?, fields.next()?))
        })
        .collect()
}

/// Reads all relations. Fails if `information_schema` hides one from the role.
pub(super) fn read(reader: &mut Reader<'_>, role: &str) -> Result<Relations, IntrospectError> {
    const WHAT: &str = "relations";
    let visible = read_visible(reader)?;
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT c.oid, n.nspname::text, c.relname::text, c.relkind, pg_catalog.pg_get_userbyid(c.relowner)::text, \
                    c.relpersistence = 'u', c.relrowsecurity, c.relforcerowsecurity, c.relispopulated, \
                    COALESCE(c.reloptions, '{{}}'), \
                    CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, \
                    CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END, \
                    ARRAY(SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno), \
                    x.extname::text \
             FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid \
                  AND d.objsubid = 0 AND d.deptype = 'e' \
             LEFT JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid \
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND {IS_USER_NAMESPACE}"
        ),
    )?;
    let mut relations = Relations::with_capacity(rows.len());
    let mut hidden = Vec::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let oid = fields.next()?;
        let key: (String, String) = (fields.next()?, fields.next()?);
        let kind = match fields.next_char()? {
            'p' => RelationKind::PartitionedTable,
            'v' => RelationKind::View,
            'm' => RelationKind::MaterializedView,
            'f' => RelationKind::ForeignTable,
            _ => RelationKind::Table,
        };
        let is_visible = kind == RelationKind::MaterializedView || visible.contains(&key);
        let mut relation = Relation {
            name: TableName::new(key.0, key.1),
            kind,
            owner: fields.next()?,
            unlogged: fields.next()?,
            row_security: fields.next()?,
            force_row_security: fields.next()?,
            populated: fields.next()?,
            options: fields.next()?,
            partition_key: fields.next()?,
            partition_bound: fields.next()?,
            parents: fields.next()?,
            unmanaged: fields.next::<Option<String>>()?.map(UnmanagedReason::Extension),
        };
        relation.options.sort_unstable();
        if relation.unmanaged.is_none() {
            if kind == RelationKind::ForeignTable {
                relation.unmanaged = Some(UnmanagedReason::Foreign);
            } else if is_bookkeeping(&relation.name.name) {
                relation.unmanaged = Some(UnmanagedReason::MigrationTool);
            }
        }
        if !is_visible && relation.unmanaged.is_none() {
            hidden.push(HiddenRelation {
                name: relation.name.clone(),
                owner: relation.owner.clone(),
                columns: Vec::new(),
            });
        }
        relations.insert(oid, relation);
    }
    if hidden.is_empty() {
        Ok(relations)
    } else {
        hidden.sort_unstable();
        Err(IntrospectError::Hidden {
            role: role.to_owned(),
            relations: hidden,
        })
    }
}
