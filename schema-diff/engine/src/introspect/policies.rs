//! Row security policies.

use super::{
    columns::Attributes,
    comments::{Class, Comments},
    dependencies::{Dependencies, Dependent},
    error::IntrospectError,
    reader::{Fields, Reader},
    relations::Relations,
};
use crate::model::Policy;

/// Reads all policies, each with its table's OID.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
    comments: &mut Comments,
) -> Result<Vec<(u32, Policy)>, IntrospectError> {
    const WHAT: &str = "policies";
    let rows = reader.query(
        WHAT,
        "SELECT p.oid, p.polrelid, p.polname::text, p.polpermissive, p.polcmd, \
                ARRAY(SELECT r.rolname::text FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles) ORDER BY 1), \
                pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) \
         FROM pg_catalog.pg_policy p",
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            let oid = fields.next()?;
            let table = fields.next()?;
            let policy = Policy {
                name: fields.next()?,
                permissive: fields.next()?,
                command: match fields.next_char()? {
                    'r' => "SELECT",
                    'a' => "INSERT",
                    'w' => "UPDATE",
                    'd' => "DELETE",
                    _ => "ALL",
                }
                .to_owned(),
                roles: fields.next()?,
                using: fields.next()?,
                check: fields.next()?,
                depends_on: dependencies.references(Dependent::Policy, oid, relations, attributes),
                comment: comments.take(Class::Policy, oid, 0),
            };
            Ok((table, policy))
        })
        .collect()
}
