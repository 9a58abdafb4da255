//! Namespaces (schemas), extensions, and the types of extensions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
};
use crate::model::{Extension, TypeName};

/// Reads the namespaces that are neither built in nor part of an extension.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<BTreeSet<String>, IntrospectError> {
    const WHAT: &str = "namespaces";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_namespace'::regclass AND x.objid = n.oid AND x.deptype = 'e')"
        ),
    )?;
    rows.iter().map(|row| Fields::of(row, WHAT).next()).collect()
}

/// Reads the extensions except `plpgsql`, which every database has.
pub(super) fn read_extensions(reader: &mut Reader<'_>) -> Result<BTreeMap<String, Extension>, IntrospectError> {
    const WHAT: &str = "extensions";
    let rows = reader.query(
        WHAT,
        "SELECT x.extname::text, n.nspname::text, x.extversion \
         FROM pg_catalog.pg_extension x JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace \
         WHERE x.extname <> 'plpgsql'",
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            Ok((
                fields.next()?,
                Extension {
                    schema: fields.next()?,
                    version: fields.next()?,
                },
            ))
        })
        .collect()
}

/// Reads the types of extensions that a column can have: neither arrays nor row types of tables.
pub(super) fn read_extension_types(reader: &mut Reader<'_>) -> Result<BTreeMap<TypeName, String>, IntrospectError> {
    const WHAT: &str = "types of extensions";
    let rows = reader.query(
        WHAT,
        "SELECT n.nspname::text, t.typname::text, x.extname::text \
         FROM pg_catalog.pg_depend d \
         JOIN pg_catalog.pg_type t ON t.oid = d.objid \
         JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
         JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid \
         LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid \
         WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.refclassid = 'pg_catalog.pg_extension'::regclass \
           AND d.deptype = 'e' AND (c.oid IS NULL OR c.relkind = 'c') \
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)",
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            let name = TypeName::new(fields.next::<&str>()?, fields.next::<&str>()?);
            Ok((name, fields.next()?))
        })
        .collect()
}
