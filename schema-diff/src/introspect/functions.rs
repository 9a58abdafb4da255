//! Functions and procedures. Aggregates have no definition that Postgres would print, and are left out.

use std::collections::BTreeMap;

use super::{
    columns::Attributes,
    dependencies::{Dependencies, Dependent},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    relations::Relations,
};
use crate::model::{Function, QualifiedName};

/// Reads all functions but those of extensions, by name and argument types.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
) -> Result<BTreeMap<String, Function>, IntrospectError> {
    const WHAT: &str = "functions";
    // A range or multirange type brings its constructors, which hang on the type by an internal dependency.
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
