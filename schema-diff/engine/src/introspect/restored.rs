//! The settings that objects get back when they are recreated.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    columns::Attributes,
    error::IntrospectError,
    privileges,
    reader::{Fields, IS_USER_NAMESPACE, Reader},
    relations::{RelationKind, Relations},
};
use crate::model::{IndexSettings, PartitionTrigger, QualifiedName, Restored, Statistics, TableName};

/// Reads all settings.
pub(super) fn read(
    reader: &mut Reader<'_>,
    relations: &Relations,
    attributes: &Attributes,
) -> Result<Restored, IntrospectError> {
    let mut restored = Restored::default();
    for (oid, relation) in relations {
        let columns = attributes.of(*oid).iter();
        let set = columns.filter(|column| !column.settings.is_default());
        if relation.kind == RelationKind::MaterializedView {
            let settings: BTreeMap<_, _> = set
                .map(|column| (column.name.clone(), column.settings.clone()))
                .collect();
            restored.view_columns.insert(relation.name.clone(), settings);
        }
    }
    privileges::read_others(reader, &mut restored)?;
    restored.statistics = read_statistics(reader, relations)?;
    restored.indexes = read_indexes(reader)?;
    restored.partition_triggers = read_partition_triggers(reader)?;
    Ok(restored)
}

fn read_statistics(
    reader: &mut Reader<'_>,
    relations: &Relations,
) -> Result<BTreeMap<QualifiedName, Statistics>, IntrospectError> {
    const WHAT: &str = "extended statistics";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT s.stxrelid, n.nspname::text, s.stxname::text, \
                    ARRAY(SELECT CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' ELSE 'mcv' END \
                          FROM pg_catalog.unnest(s.stxkind) k WHERE k IN ('d', 'f', 'm') ORDER BY 1), \
                    ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(s.stxkeys::int2[]) WITH ORDINALITY k(number, place) \
                          JOIN pg_catalog.pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.number ORDER BY k.place), \
                    {expressions}, \
                    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_depend d \
                          JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
                          WHERE d.classid = 'pg_catalog.pg_statistic_ext'::regclass AND d.objid = s.oid \
                            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.stxrelid AND d.refobjsubid > 0), \
                    NULLIF(s.stxstattarget, -1)::int4, r.rolname::text, pg_catalog.obj_description(s.oid, 'pg_statistic_ext') \
             FROM pg_catalog.pg_statistic_ext s \
             JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace \
             JOIN pg_catalog.pg_roles r ON r.oid = s.stxowner \
             WHERE {IS_USER_NAMESPACE}",
            expressions = reader.since(
                14,
                "COALESCE(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid), '{}')",
                "'{}'::text[]"
            ),
        ),
    )?;
    let mut statistics = BTreeMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let Some(relation) = relations.get(&fields.next()?) else {
            continue;
        };
        let name = QualifiedName {
            schema: fields.next()?,
            name: fields.next()?,
        };
        let mut kinds: Vec<String> = fields.next()?;
        if kinds.len() == 3 {
            kinds.clear();
        }
        let found = Statistics {
            on: relation.name.clone(),
            kinds,
            columns: fields.next()?,
            expressions: fields.next()?,
            reads: fields.next::<Vec<String>>()?.into_iter().collect::<BTreeSet<_>>(),
            target: fields.next()?,
            owner: fields.next()?,
            comment: fields.next()?,
        };
        statistics.insert(name, found);
    }
    Ok(statistics)
}

fn read_indexes(reader: &mut Reader<'_>) -> Result<BTreeMap<QualifiedName, IndexSettings>, IntrospectError> {
    const WHAT: &str = "settings of indexes";
    let rows = reader.query(
        WHAT,
        &format!(
            "SELECT n.nspname::text, c.relname::text, i.indisclustered, d.description, \
                    ARRAY(SELECT o FROM pg_catalog.unnest(c.reloptions) o ORDER BY o), \
                    COALESCE(a.numbers, '{{}}'), COALESCE(a.targets, '{{}}') \
             FROM pg_catalog.pg_index i \
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0 \
             LEFT JOIN (SELECT attrelid, pg_catalog.array_agg(attnum ORDER BY attnum) AS numbers, \
                               pg_catalog.array_agg(attstattarget::int4 ORDER BY attnum) AS targets \
                        FROM pg_catalog.pg_attribute WHERE attnum > 0 AND attstattarget >= 0 GROUP BY attrelid) a ON a.attrelid = c.oid \
             WHERE (i.indisclustered OR d.description IS NOT NULL OR c.reloptions IS NOT NULL OR a.numbers IS NOT NULL) AND {IS_USER_NAMESPACE}"
        ),
    )?;
    let mut indexes = BTreeMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let name = QualifiedName {
            schema: fields.next()?,
            name: fields.next()?,
        };
        let mut found = IndexSettings {
            clustered: fields.next()?,
            comment: fields.next()?,
            options: fields.next()?,
            targets: BTreeMap::new(),
        };
        let numbers: Vec<i16> = fields.next()?;
        let targets: Vec<i32> = fields.next()?;
        found.targets = numbers.into_iter().zip(targets).collect();
        indexes.insert(name, found);
    }
    Ok(indexes)
}

/// Reads the triggers of partitioned tables on those partitions where their state differs.
fn read_partition_triggers(
    reader: &mut Reader<'_>,
) -> Result<BTreeMap<(TableName, String), Vec<PartitionTrigger>>, IntrospectError> {
    const WHAT: &str = "triggers of partitions";
    let rows = reader.query(
        WHAT,
        &format!(
            "WITH RECURSIVE family AS ( \
                 SELECT g.oid AS root, g.oid, g.tgrelid, g.tgname, g.tgenabled FROM pg_catalog.pg_trigger g \
                 JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid AND c.relkind = 'p' \
                 WHERE NOT g.tgisinternal AND g.tgparentid = 0 \
                 UNION ALL \
                 SELECT f.root, g.oid, g.tgrelid, g.tgname, g.tgenabled FROM family f \
                 JOIN pg_catalog.pg_trigger g ON g.tgparentid = f.oid) \
             SELECT n.nspname::text, c.relname::text, root.tgname::text, pn.nspname::text, pc.relname::text, f.tgname::text, f.tgenabled \
             FROM family f \
             JOIN pg_catalog.pg_trigger root ON root.oid = f.root \
             JOIN pg_catalog.pg_class c ON c.oid = root.tgrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_catalog.pg_class pc ON pc.oid = f.tgrelid \
             JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace \
             WHERE f.tgenabled <> root.tgenabled AND {IS_USER_NAMESPACE}"
        ),
    )?;
    let mut triggers: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in &rows {
        let mut fields = Fields::of(row, WHAT);
        let table = TableName {
            schema: fields.next()?,
            name: fields.next()?,
        };
        let of = (table, fields.next::<String>()?);
        let found = PartitionTrigger {
            partition: TableName {
                schema: fields.next()?,
                name: fields.next()?,
            },
            name: fields.next()?,
            enabled: fields.next_char()?,
        };
        triggers.entry(of).or_default().push(found);
    }
    triggers.values_mut().for_each(|found| found.sort());
    Ok(triggers)
}
