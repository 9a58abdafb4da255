//! Triggers, except those of constraints and those that partitions inherit.

use super::{
    columns::Attributes,
    comments::{Class, Comments},
    dependencies::{Dependencies, Dependent},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    relations::Relations,
};
use crate::model::Trigger;

/// Reads all triggers, each with its relation's OID.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
    comments: &mut Comments,
) -> Result<Vec<(u32, Trigger)>, IntrospectError> {
    const WHAT: &str = "triggers";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT g.oid, g.tgrelid, g.tgname::text, pg_catalog.pg_get_triggerdef(g.oid), g.tgenabled \
             FROM pg_catalog.pg_trigger g \
             JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE NOT g.tgisinternal {clone} AND c.relpersistence <> 't' AND {IS_USER_NAMESPACE}",
            // Before version 13, a partition's copy counts as internal.
            clone = reader.since(13, "AND g.tgparentid = 0", ""),
        ),
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            let oid = fields.next()?;
            let relation = fields.next()?;
            let name: String = fields.next()?;
            let trigger = Trigger {
                definition: fields.next_text(&name)?,
                enabled: fields.next_char()?,
                depends_on: dependencies.references(Dependent::Trigger, oid, relations, attributes),
                comment: comments.take(Class::Trigger, oid, 0),
                name,
            };
            Ok((relation, trigger))
        })
        .collect()
}
