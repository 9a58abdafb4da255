//! Rights on relations and columns.

use std::collections::{BTreeSet, HashMap};

use super::{
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::Grant;

/// Rights by the relation's oid and the column's number (0 for the relation itself).
pub(super) struct Grants(HashMap<(u32, i16), BTreeSet<Grant>>);

impl Grants {
    /// Takes out the rights on a relation or column, sorted.
    pub fn take(&mut self, relation: u32, column: i16) -> Vec<Grant> {
        self.0
            .remove(&(relation, column))
            .unwrap_or_default()
            .into_iter()
            .collect()
    }
}

/// Reads the rights of all roles but the owner.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Grants, IntrospectError> {
    const WHAT: &str = "privileges";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT o.relation, o.number, r.rolname::text, g.privilege_type, g.is_grantable \
             FROM (SELECT c.oid AS relation, 0::int2 AS number, c.relacl AS rights, c.relowner AS owner, c.relnamespace AS namespace \
                   FROM pg_catalog.pg_class c WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm') \
                   UNION ALL \
                   SELECT c.oid, a.attnum, a.attacl, c.relowner, c.relnamespace \
                   FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
                   WHERE a.attacl IS NOT NULL AND NOT a.attisdropped) o \
             JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace \
             CROSS JOIN LATERAL pg_catalog.aclexplode(o.rights) g \
             LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee \
             WHERE g.grantee <> o.owner AND (g.grantee = 0 OR r.oid IS NOT NULL) AND {IS_USER_NAMESPACE}"
        ),
    )?;
    let mut grants: HashMap<_, BTreeSet<Grant>> = HashMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let object = (fields.next()?, fields.next()?);
        let grant = Grant {
            grantee: fields.next()?,
            privilege: fields.next()?,
            grantable: fields.next()?,
        };
        grants.entry(object).or_default().insert(grant);
    }
    Ok(Grants(grants))
}
