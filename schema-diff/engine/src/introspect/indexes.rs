//! Indexes that do not belong to a constraint.

use std::collections::BTreeSet;

use super::{
    columns::Attributes,
    comments::{Class, Comments},
    dependencies::Dependencies,
    error::IntrospectError,
    index_definition::read_keys,
    reader::{IS_USER_NAMESPACE, Reader},
    relations::Relations,
};
use crate::model::Index;

/// Reads all indexes, each with its table's OID.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
    dependencies: &Dependencies,
    comments: &mut Comments,
) -> Result<Vec<(u32, Index)>, IntrospectError> {
    const WHAT: &str = "indexes";
    let sql = format!(
        "SELECT i.indexrelid, i.indrelid, c.relname::text, i.indisunique, am.amname::text, i.indisvalid, \
                    {nulls_not_distinct}, COALESCE(c.reloptions, '{{}}'), i.indkey::int2[], i.indnkeyatts, \
                    pg_catalog.pg_get_expr(i.indpred, i.indrelid), pg_catalog.pg_get_indexdef(i.indexrelid), \
                    CASE WHEN i.indexprs IS NULL THEN '{{}}' ELSE \
                        ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false) \
                              FROM pg_catalog.generate_series(1, i.indnkeyatts) k ORDER BY k) END, \
                    (SELECT w.relname::text FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class w ON w.oid = h.inhparent WHERE h.inhrelid = i.indexrelid), i.indisclustered \
             FROM pg_catalog.pg_index i \
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_catalog.pg_am am ON am.oid = c.relam \
             WHERE c.relpersistence <> 't' AND {IS_USER_NAMESPACE} \
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k \
                               WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x'))",
        nulls_not_distinct = reader.since(15, "i.indnullsnotdistinct", "false"),
    );
    let mut indexes = Vec::new();
    reader.each(WHAT, &sql, |fields| {
        let oid: u32 = fields.next()?;
        let table: u32 = fields.next()?;
        if !relations.contains_key(&table) {
            return Ok(());
        }
        let name: String = fields.next()?;
        let mut index = Index {
            unique: fields.next()?,
            method: fields.next()?,
            valid: fields.next()?,
            nulls_not_distinct: fields.next()?,
            options: fields.next()?,
            keys: Vec::new(),
            include: Vec::new(),
            predicate: None,
            columns: Vec::new(),
            comment: comments.take(Class::Relation, oid, 0),
            inherited: false,
            attached_to: None,
            clustered: false,
            name,
        };
        index.options.sort_unstable();
        let numbers: Vec<i16> = fields.next()?;
        let key_length = usize::try_from(fields.next::<i16>()?).unwrap_or_default();
        let (keys, include) = numbers.split_at_checked(key_length).unwrap_or((&numbers, &[]));
        index.include = attributes.names(table, include);
        index.predicate = fields.next()?;
        let definition = fields.next_text(&index.name)?;
        let expressions: Vec<String> = fields.next()?;
        index.attached_to = fields.next()?;
        index.inherited = index.attached_to.is_some();
        index.clustered = fields.next()?;
        let names: Vec<Option<&str>> = keys.iter().map(|number| attributes.name(table, *number)).collect();
        index.keys =
            read_keys(&definition, &index.method, &names, &expressions).ok_or_else(|| IntrospectError::Changed {
                what: WHAT,
                detail: definition,
            })?;
        let columns: BTreeSet<String> = attributes
            .names(table, &numbers)
            .into_iter()
            .chain(dependencies.columns_of_index(oid, table, attributes))
            .collect();
        index.columns = columns.into_iter().collect();
        indexes.push((table, index));
        Ok(())
    })?;
    Ok(indexes)
}
