//! The connected role, and the privileges that its new objects grant.

use super::{
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{DefaultGrant, Grant, Session};

/// Reads the session's role: one row for the role, one for each privilege that its new objects grant.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Session, IntrospectError> {
    const WHAT: &str = "the role's rights";
    let become_role = reader.since(16, "'SET'", "'MEMBER'");
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT r.rolname::text, r.rolsuper, r.rolbypassrls, \
                    ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m \
                          WHERE NOT r.rolsuper AND pg_catalog.pg_has_role(r.oid, m.oid, {become_role}) ORDER BY 1), \
                    d.defaclobjtype, n.nspname::text, g.rolname::text, a.privilege_type, a.is_grantable \
             FROM pg_catalog.pg_roles r \
             LEFT JOIN (pg_catalog.pg_default_acl d CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) a) \
                 ON d.defaclrole = r.oid AND a.grantee <> r.oid \
             LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace \
             LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee \
             WHERE r.rolname = current_user"
        ),
    )?;
    let mut session = Session::default();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        session.role = fields.next()?;
        session.superuser = fields.next()?;
        session.bypasses_row_security = fields.next()?;
        session.roles = fields.next::<Vec<String>>()?.into_iter().collect();
        let kind: Option<i8> = fields.next()?;
        let Some(kind) = kind.and_then(|kind| u8::try_from(kind).ok()) else {
            continue;
        };
        session.default_grants.push(DefaultGrant {
            kind: char::from(kind),
            namespace: fields.next()?,
            grant: Grant {
                grantee: fields.next()?,
                privilege: fields.next()?,
                grantable: fields.next()?,
                grantor: None,
            },
        });
    }
    session.default_grants.sort();
    read_namespaces(reader, &mut session)?;
    Ok(session)
}

/// Reads the schemas that the role owns, and the owners of objects who may not create objects in the schema.
fn read_namespaces(reader: &mut Reader<'_>, session: &mut Session) -> Result<(), IntrospectError> {
    const WHAT: &str = "rights on schemas";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT n.nspname::text, NULL::text FROM pg_catalog.pg_namespace n \
             WHERE pg_catalog.pg_has_role(current_user, n.nspowner, 'USAGE') AND {IS_USER_NAMESPACE} \
             UNION ALL \
             SELECT n.nspname::text, r.rolname::text \
             FROM (SELECT relowner AS owner, relnamespace AS namespace FROM pg_catalog.pg_class \
                   WHERE relkind IN ('r', 'p', 'v', 'm') \
                   UNION SELECT typowner, typnamespace FROM pg_catalog.pg_type WHERE typtype IN ('e', 'd') \
                   UNION SELECT proowner, pronamespace FROM pg_catalog.pg_proc \
                   UNION SELECT stxowner, stxnamespace FROM pg_catalog.pg_statistic_ext) o \
             JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace \
             JOIN pg_catalog.pg_roles r ON r.oid = o.owner \
             WHERE {IS_USER_NAMESPACE} AND NOT pg_catalog.has_schema_privilege(o.owner, n.oid, 'CREATE')"
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let namespace: String = fields.next()?;
        match fields.next::<Option<String>>()? {
            None => session.own_namespaces.insert(namespace),
            Some(role) => session.without_create.insert((role, namespace)),
        };
    }
    Ok(())
}
