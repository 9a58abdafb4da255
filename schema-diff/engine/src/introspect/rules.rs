//! Rewrite rules, except those that implement views.

use super::{
    columns::Attributes,
    comments::{Class, Comments},
    dependencies::{Dependencies, Dependent},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    relations::Relations,
};
use crate::model::Rule;

/// Reads all rules, each with its relation's OID.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
    comments: &mut Comments,
) -> Result<Vec<(u32, Rule)>, IntrospectError> {
    const WHAT: &str = "rules";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT r.oid, r.ev_class, r.rulename::text, pg_catalog.pg_get_ruledef(r.oid), r.ev_enabled \
             FROM pg_catalog.pg_rewrite r \
             JOIN pg_catalog.pg_class c ON c.oid = r.ev_class \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE r.rulename <> '_RETURN' AND c.relpersistence <> 't' AND {IS_USER_NAMESPACE}"
        ),
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            let oid = fields.next()?;
            let relation = fields.next()?;
            let name: String = fields.next()?;
            let definition = fields.next_text(&name)?;
            let rule = Rule {
                definition: definition.trim_end().trim_end_matches(';').to_owned(),
                depends_on: dependencies.references(Dependent::Rule, oid, relations, attributes),
                enabled: fields.next_char()?,
                comment: comments.take(Class::Rule, oid, 0),
                name,
            };
            Ok((relation, rule))
        })
        .collect()
}
