//! Privileges on relations, columns and types.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{Access, Grant, QualifiedName, Restored, TypeName};

/// Privileges by the relation's OID and the column's number (0 for the relation itself).
pub(super) struct Grants {
    granted: HashMap<(u32, i16), BTreeSet<Grant>>,
    /// Privileges that owners do not have, by the relation's OID.
    revoked: HashMap<u32, BTreeSet<String>>,
}

impl Grants {
    /// Removes and returns the privileges on a relation or column, sorted.
    pub fn take(&mut self, relation: u32, column: i16) -> Vec<Grant> {
        self.granted
            .remove(&(relation, column))
            .unwrap_or_default()
            .into_iter()
            .collect()
    }

    /// Removes and returns the privileges that were revoked from a relation's owner, sorted.
    pub fn take_revoked(&mut self, relation: u32) -> Vec<String> {
        self.revoked.remove(&relation).unwrap_or_default().into_iter().collect()
    }
}

/// SQL with a row for each privilege on an object, except the owner's, and for each privilege that was revoked from its
/// owner (`is_revoked`).
const EXPLODED: &str = "\
    LEFT JOIN LATERAL ( \
        SELECT g.grantee, g.privilege_type, g.is_grantable, NULLIF(g.grantor, o.owner) AS grantor, false AS is_revoked \
        FROM pg_catalog.aclexplode(o.rights) g WHERE g.grantee <> o.owner \
        UNION ALL \
        SELECT d.grantee, d.privilege_type, false, NULL, true \
        FROM pg_catalog.aclexplode(pg_catalog.acldefault(o.kind, o.owner)) d \
        WHERE d.grantee = o.owner AND NOT EXISTS ( \
            SELECT FROM pg_catalog.aclexplode(o.rights) own WHERE own.grantee = o.owner AND own.privilege_type = d.privilege_type)) g ON true \
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee \
    LEFT JOIN pg_catalog.pg_roles f ON f.oid = g.grantor";

/// Reads the privileges of all roles except the owners.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Grants, IntrospectError> {
    const WHAT: &str = "privileges";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT o.relation, o.number, g.is_revoked, r.rolname::text, g.privilege_type, g.is_grantable, f.rolname::text \
             FROM (SELECT c.oid AS relation, 0::int2 AS number, c.relacl AS rights, c.relowner AS owner, c.relnamespace AS namespace, \
                          'r'::\"char\" AS kind \
                   FROM pg_catalog.pg_class c WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm') \
                   UNION ALL \
                   SELECT c.oid, a.attnum, a.attacl, c.relowner, c.relnamespace, 'c' \
                   FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
                   WHERE a.attacl IS NOT NULL AND NOT a.attisdropped) o \
             JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace {EXPLODED} \
             WHERE (g.grantee = 0 OR r.oid IS NOT NULL) AND {IS_USER_NAMESPACE}"
        ),
    )?;
    let mut grants = Grants {
        granted: HashMap::new(),
        revoked: HashMap::new(),
    };
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let object = (fields.next()?, fields.next()?);
        let is_revoked: bool = fields.next()?;
        let grant = grant(&mut fields)?;
        if is_revoked {
            grants.revoked.entry(object.0).or_default().insert(grant.privilege);
        } else {
            grants.granted.entry(object).or_default().insert(grant);
        }
    }
    Ok(grants)
}

/// Reads the owners and the privileges of enums and domains.
pub(super) fn read_types(reader: &mut Reader<'_>) -> Result<BTreeMap<TypeName, Access>, IntrospectError> {
    const WHAT: &str = "privileges on types";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT n.nspname::text, o.name, w.rolname::text, g.is_revoked, r.rolname::text, g.privilege_type, g.is_grantable, f.rolname::text \
             FROM (SELECT t.typname::text AS name, t.typnamespace AS namespace, t.typowner AS owner, 'T'::\"char\" AS kind, \
                          COALESCE(t.typacl, pg_catalog.acldefault('T', t.typowner)) AS rights \
                   FROM pg_catalog.pg_type t WHERE t.typtype IN ('e', 'd') \
                     AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e')) o \
             JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace \
             JOIN pg_catalog.pg_roles w ON w.oid = o.owner \
             {EXPLODED} \
             WHERE (g.grantee IS NULL OR g.grantee = 0 OR r.oid IS NOT NULL) AND {IS_USER_NAMESPACE}"
        ),
    )?;
    let mut types: BTreeMap<TypeName, Access> = BTreeMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let name = TypeName::new(fields.next::<&str>()?, fields.next::<&str>()?);
        read_access(&mut fields, types.entry(name).or_default())?;
    }
    for access in types.values_mut() {
        access.grants.sort();
        access.revoked_from_owner.sort();
    }
    Ok(types)
}

/// Reads the owners, the privileges and the comments of sequences and functions.
pub(super) fn read_others(reader: &mut Reader<'_>, restored: &mut Restored) -> Result<(), IntrospectError> {
    const WHAT: &str = "privileges on sequences and functions";
    let is_own = |class: &str, oid: &str| {
        format!(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
             WHERE x.classid = 'pg_catalog.{class}'::regclass AND x.objid = {oid} AND x.deptype = 'e')"
        )
    };
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT o.kind, n.nspname::text, o.name, o.comment, w.rolname::text, g.is_revoked, \
                    r.rolname::text, g.privilege_type, g.is_grantable, f.rolname::text \
             FROM (SELECT c.relname::text AS name, c.relnamespace AS namespace, c.relowner AS owner, 's'::\"char\" AS kind, \
                          COALESCE(c.relacl, pg_catalog.acldefault('s', c.relowner)) AS rights, \
                          pg_catalog.obj_description(c.oid, 'pg_class') AS comment \
                   FROM pg_catalog.pg_class c WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND {sequences} \
                   UNION ALL \
                   SELECT p.oid::regprocedure::text, p.pronamespace, p.proowner, 'f', \
                          COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner)), pg_catalog.obj_description(p.oid, 'pg_proc') \
                   FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 AND p.prokind <> 'a' AND {functions}) o \
             JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace \
             JOIN pg_catalog.pg_roles w ON w.oid = o.owner \
             {EXPLODED} \
             WHERE (g.grantee IS NULL OR g.grantee = 0 OR r.oid IS NOT NULL) AND {IS_USER_NAMESPACE}",
            sequences = is_own("pg_class", "c.oid"),
            functions = is_own("pg_proc", "p.oid"),
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let kind = fields.next_char()?;
        let schema: String = fields.next()?;
        let name: String = fields.next()?;
        let found = match kind {
            's' => restored.sequences.entry(QualifiedName { schema, name }).or_default(),
            _ => restored.functions.entry(name).or_default(),
        };
        found.comment = fields.next()?;
        read_access(&mut fields, &mut found.access)?;
    }
    for found in restored.sequences.values_mut().chain(restored.functions.values_mut()) {
        found.access.grants.sort();
        found.access.revoked_from_owner.sort();
    }
    Ok(())
}

/// Reads an owner and one privilege, if there is one.
fn read_access(fields: &mut Fields<'_>, access: &mut Access) -> Result<(), IntrospectError> {
    access.owner = fields.next()?;
    let Some(is_revoked) = fields.next::<Option<bool>>()? else {
        return Ok(());
    };
    let grant = grant(fields)?;
    if is_revoked {
        access.revoked_from_owner.push(grant.privilege);
    } else {
        access.grants.push(grant);
    }
    Ok(())
}

fn grant(fields: &mut Fields<'_>) -> Result<Grant, IntrospectError> {
    Ok(Grant {
        grantee: fields.next()?,
        privilege: fields.next()?,
        grantable: fields.next()?,
        grantor: fields.next()?,
    })
}
