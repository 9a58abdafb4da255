//! Range types.

use std::collections::BTreeMap;

use super::{
    comments::{Class, Comments},
    data_type,
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{CustomType, RangeType, TypeName};

/// Reads all range types except those of extensions; a multirange type is part of its range type.
pub(super) fn read(
    reader: &mut Reader<'_>,
    comments: &mut Comments,
    types: &mut BTreeMap<TypeName, CustomType>,
) -> Result<(), IntrospectError> {
    const WHAT: &str = "range types";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT r.oid, n.nspname::text, r.typname::text, {type_fields}, \
                    (SELECT m.typname::text FROM pg_catalog.pg_type m WHERE m.oid = {multirange}), \
                    ARRAY(SELECT o.option FROM (VALUES \
                        (1, 'subtype_opclass', (SELECT pg_catalog.format('%I.%I', k.nspname, p.opcname) \
                            FROM pg_catalog.pg_opclass p JOIN pg_catalog.pg_namespace k ON k.oid = p.opcnamespace \
                            WHERE p.oid = g.rngsubopc AND NOT p.opcdefault)), \
                        (2, 'collation', (SELECT pg_catalog.format('%I.%I', k.nspname, p.collname) \
                            FROM pg_catalog.pg_collation p JOIN pg_catalog.pg_namespace k ON k.oid = p.collnamespace \
                            WHERE p.oid = g.rngcollation AND p.oid <> t.typcollation)), \
                        (3, 'canonical', NULLIF(g.rngcanonical::oid, 0)::regproc::text), \
                        (4, 'subtype_diff', NULLIF(g.rngsubdiff::oid, 0)::regproc::text)) v(place, name, value), \
                        LATERAL (SELECT v.name || ' = ' || v.value AS option) o \
                        WHERE v.value IS NOT NULL ORDER BY v.place) \
             FROM pg_catalog.pg_range g \
             JOIN pg_catalog.pg_type r ON r.oid = g.rngtypid \
             JOIN pg_catalog.pg_namespace n ON n.oid = r.typnamespace \
             {type_joins} \
             WHERE {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = r.oid AND x.deptype = 'e')",
            type_fields = data_type::fields("(-1)"),
            type_joins = data_type::joins("g.rngsubtype"),
            multirange = reader.since(14, "g.rngmultitypid", "0::oid"),
        ),
    )?;
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let oid = fields.next()?;
        let name = TypeName::new(fields.next::<&str>()?, fields.next::<&str>()?);
        let range = RangeType {
            subtype: data_type::read(&mut fields)?,
            multirange: fields.next()?,
            options: fields.next()?,
            comment: comments.take(Class::Type, oid, 0),
        };
        types.insert(name, CustomType::Range(range));
    }
    Ok(())
}
