//! Enum types.

use std::collections::BTreeMap;

use super::{
    comments::{Class, Comments},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    type_users,
};
use crate::model::{CustomType, EnumType, TypeName};

/// Reads all enum types except those of extensions.
pub(super) fn read(
    reader: &mut Reader<'_>,
    comments: &mut Comments,
    types: &mut BTreeMap<TypeName, CustomType>,
) -> Result<(), IntrospectError> {
    const WHAT: &str = "enum types";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT t.oid, n.nspname::text, t.typname::text, \
                    ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder), \
                    {}, {} \
             FROM pg_catalog.pg_type t \
             JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
             WHERE t.typtype = 'e' AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e')",
            type_users::used_by("t"),
            type_users::used_in_queries("t"),
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let oid = fields.next()?;
        let name = TypeName::new(fields.next::<&str>()?, fields.next::<&str>()?);
        let found = EnumType {
            labels: fields.next()?,
            comment: comments.take(Class::Type, oid, 0),
            used_by: fields.next()?,
            used_in_queries: fields.next()?,
        };
        types.insert(name, CustomType::Enum(found));
    }
    Ok(())
}
