//! Domains.

use std::collections::BTreeMap;

use super::{
    comments::{Class, Comments},
    data_type,
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    type_users,
};
use crate::model::{CustomType, Domain, DomainCheck, QualifiedName, TypeName};

/// Reads all domains except those of extensions.
pub(super) fn read(
    reader: &mut Reader<'_>,
    comments: &mut Comments,
    types: &mut BTreeMap<TypeName, CustomType>,
) -> Result<(), IntrospectError> {
    const WHAT: &str = "domains";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT d.oid, n.nspname::text, d.typname::text, {type_fields}, cn.nspname::text, co.collname::text, d.typnotnull, \
                    pg_catalog.pg_get_expr(d.typdefaultbin, 0), \
                    ARRAY(SELECT k.conname::text FROM pg_catalog.pg_constraint k \
                          WHERE k.contypid = d.oid AND k.contype = 'c' ORDER BY k.conname), \
                    ARRAY(SELECT pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k \
                          WHERE k.contypid = d.oid AND k.contype = 'c' ORDER BY k.conname), \
                    ARRAY(SELECT pg_catalog.obj_description(k.oid, 'pg_constraint') FROM pg_catalog.pg_constraint k \
                          WHERE k.contypid = d.oid AND k.contype = 'c' ORDER BY k.conname), \
                    {users} \
             FROM pg_catalog.pg_type d \
             JOIN pg_catalog.pg_namespace n ON n.oid = d.typnamespace \
             {type_joins} \
             LEFT JOIN pg_catalog.pg_collation co ON co.oid = d.typcollation AND d.typcollation <> t.typcollation \
             LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace \
             WHERE d.typtype = 'd' AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = d.oid AND x.deptype = 'e')",
            type_fields = data_type::fields("d.typtypmod"),
            type_joins = data_type::joins("d.typbasetype"),
            users = type_users::used_by("d"),
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let oid = fields.next()?;
        let name = TypeName::new(fields.next::<&str>()?, fields.next::<&str>()?);
        let base = data_type::read(&mut fields)?;
        let collation_schema: Option<String> = fields.next()?;
        let collation: Option<String> = fields.next()?;
        let not_null = fields.next()?;
        let default = fields.next()?;
        let names: Vec<String> = fields.next()?;
        let definitions: Vec<String> = fields.next()?;
        let texts: Vec<Option<String>> = fields.next()?;
        let domain = Domain {
            base,
            collation: collation_schema
                .zip(collation)
                .map(|(schema, name)| QualifiedName { schema, name }),
            not_null,
            default,
            checks: names
                .into_iter()
                .zip(definitions)
                .zip(texts)
                .map(|((name, definition), comment)| DomainCheck {
                    name,
                    definition,
                    comment,
                })
                .collect(),
            comment: comments.take(Class::Type, oid, 0),
            used_by: fields.next()?,
        };
        types.insert(name, CustomType::Domain(domain));
    }
    Ok(())
}
