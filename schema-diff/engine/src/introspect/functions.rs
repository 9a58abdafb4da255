//! Functions and procedures. Aggregates are left out, because Postgres does not print their definitions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    columns::Attributes,
    dependencies::{Dependencies, Dependent},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    relations::Relations,
};
use crate::model::{Caller, Function, QualifiedName, TableName};

/// Reads all functions except those of extensions, by name and argument types.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
) -> Result<BTreeMap<String, Function>, IntrospectError> {
    const WHAT: &str = "functions";
    // A range or multirange type has constructors, which depend on the type by an internal dependency.
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT p.oid, p.oid::regprocedure::text, n.nspname::text, p.proname::text, pg_catalog.pg_get_functiondef(p.oid) \
             FROM pg_catalog.pg_proc p \
             JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
             WHERE p.prokind IN ('f', 'p', 'w') AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_proc'::regclass AND x.objid = p.oid AND x.deptype IN ('e', 'i'))"
        ),
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            let oid = fields.next()?;
            let signature: String = fields.next()?;
            let function = Function {
                name: QualifiedName {
                    schema: fields.next()?,
                    name: fields.next()?,
                },
                definition: fields.next_text(&signature)?.trim_end().to_owned(),
                depends_on: dependencies.references(Dependent::Function, oid, relations, attributes),
            };
            Ok((signature, function))
        })
        .collect()
}

/// Reads the callers of functions that use a relation or its row type, by the functions' signatures.
pub(super) fn read_callers(reader: &mut Reader<'_>) -> Result<BTreeMap<String, BTreeSet<Caller>>, IntrospectError> {
    const WHAT: &str = "callers of functions";
    let rows = reader.query(
        WHAT,
        "SELECT d.refobjid::regprocedure::text, n.nspname::text, c.relname::text, \
                pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) \
         FROM pg_catalog.pg_depend d \
         LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid AND r.rulename = '_RETURN' \
         LEFT JOIN pg_catalog.pg_class c ON c.oid = r.ev_class \
         LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid >= 16384 AND d.deptype = 'n' \
           AND (r.oid IS NOT NULL OR d.classid IN ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass, \
                                                   'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_policy'::regclass)) \
           AND EXISTS (SELECT FROM pg_catalog.pg_depend u \
                       LEFT JOIN pg_catalog.pg_type t ON u.refclassid = 'pg_catalog.pg_type'::regclass AND t.oid = u.refobjid \
                       LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem \
                       WHERE u.classid = 'pg_catalog.pg_proc'::regclass AND u.objid = d.refobjid AND u.refobjid >= 16384 \
                         AND (u.refclassid = 'pg_catalog.pg_class'::regclass OR t.typrelid <> 0 OR e.typrelid <> 0))",
    )?;
    let mut callers: BTreeMap<String, BTreeSet<Caller>> = BTreeMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let signature: String = fields.next()?;
        let schema: Option<String> = fields.next()?;
        let name: Option<String> = fields.next()?;
        let caller = match schema.zip(name) {
            Some((schema, name)) => Caller::View(TableName { schema, name }),
            None => Caller::Other(fields.next_text(&signature)?),
        };
        callers.entry(signature).or_default().insert(caller);
    }
    Ok(callers)
}
