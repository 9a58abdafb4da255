//! The queries of views and materialized views.

use super::{
    columns::Attributes,
    dependencies::{Dependencies, Dependent},
    error::IntrospectError,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    relations::Relations,
};
use crate::model::ColumnRef;

/// A view's query, and the columns that it reads.
pub(super) struct Query {
    pub text: String,
    pub depends_on: Vec<ColumnRef>,
}

/// Reads the queries, each with its view's OID.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
) -> Result<Vec<(u32, Query)>, IntrospectError> {
    const WHAT: &str = "views";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT c.oid, r.oid, pg_catalog.pg_get_viewdef(c.oid) \
             FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN' \
             WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x \
                               WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')"
        ),
    )?;
    rows.iter()
        .map(|row| {
            let mut fields = Fields::of(row, WHAT);
            let view: u32 = fields.next()?;
            let rule = fields.next()?;
            let text = fields.next_text("a view's query")?;
            let text = text.trim_end().trim_end_matches(';').trim().to_owned();
            let mut depends_on = dependencies.references(Dependent::Rule, rule, relations, attributes);
            // Up to Postgres 15, the dependencies of a view's rule include the view itself.
            let own = relations.get(&view).map(|relation| &relation.name);
            depends_on.retain(|on| Some(&on.relation) != own);
            Ok((view, Query { text, depends_on }))
        })
        .collect()
}
