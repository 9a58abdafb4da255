//! Enum types.

use std::collections::BTreeMap;

use super::{
    comments::{Class, Comments},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{CustomType, EnumType, TypeName};

/// Reads all enum types but those of extensions.
pub(super) fn read(
    reader: &mut Reader<'_>,
    comments: &mut Comments,
    types: &mut BTreeMap<TypeName, CustomType>,
) -> Result<(), IntrospectError> {
    const WHAT: &str = "enum types";
    // What hangs on a table's own column goes with that column: its default, checks, indexes, policies, triggers.
    // A view's query or a rule counts when it names the type without reading a column of it.
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT t.oid, n.nspname::text, t.typname::text, \
                    ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder), \
                    EXISTS ( \
                        SELECT FROM pg_catalog.pg_depend d \
                        LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid \
                        WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray) \
                          AND d.deptype <> 'i' \
                          AND NOT (c.oid IS NOT NULL AND c.relkind <> 'c') \
                          AND d.classid NOT IN ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass, \
                                                'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass) \
                          AND NOT EXISTS ( \
                              SELECT FROM pg_catalog.pg_depend o \
                              JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid \
                              WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND o.classid = d.classid AND o.objid = d.objid \
                                AND o.refclassid = 'pg_catalog.pg_class'::regclass AND a.atttypid IN (t.oid, t.typarray))) \
             FROM pg_catalog.pg_type t \
             JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
             WHERE t.typtype = 'e' AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e')"
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let oid = fields.next()?;
        let name = TypeName {
            schema: fields.next()?,
            name: fields.next()?,
        };
        let found = EnumType {
            labels: fields.next()?,
            comment: comments.take(Class::Type, oid, 0),
            used_elsewhere: fields.next()?,
        };
        types.insert(name, CustomType::Enum(found));
    }
    Ok(())
}
