//! What depends on a type by itself, not by a column of a table.
//!
//! What hangs on a table's own column is dropped with that column: its default, checks, indexes, policies, triggers.

/// A list of the objects (functions, domains, composite types, operators, casts) that depend on the type of this alias of `pg_type`,
/// as Postgres identifies them, sorted: a column of a query.
pub(super) fn used_by(alias: &str) -> String {
    format!(
        "ARRAY(SELECT DISTINCT concat(i.type, ' ', i.identity) {} AND u.classid <> 'pg_catalog.pg_rewrite'::regclass ORDER BY 1)",
        users(alias)
    )
}

/// Whether a view or a rule names the type without reading a column of it: a column of a query.
pub(super) fn used_in_queries(alias: &str) -> String {
    format!(
        "EXISTS(SELECT {} AND u.classid = 'pg_catalog.pg_rewrite'::regclass)",
        users(alias)
    )
}

fn users(alias: &str) -> String {
    format!(
        "FROM pg_catalog.pg_depend u \
         CROSS JOIN LATERAL pg_catalog.pg_identify_object(u.classid, u.objid, u.objsubid) i \
         LEFT JOIN pg_catalog.pg_class uc ON u.classid = 'pg_catalog.pg_class'::regclass AND uc.oid = u.objid \
         WHERE u.refclassid = 'pg_catalog.pg_type'::regclass AND u.refobjid IN ({alias}.oid, {alias}.typarray) \
           AND u.deptype <> 'i' \
           AND NOT (uc.oid IS NOT NULL AND uc.relkind <> 'c') \
           AND u.classid NOT IN ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass, \
                                 'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass) \
           AND NOT EXISTS ( \
               SELECT FROM pg_catalog.pg_depend o \
               JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid \
               WHERE u.classid = 'pg_catalog.pg_rewrite'::regclass AND o.classid = u.classid AND o.objid = u.objid \
                 AND o.refclassid = 'pg_catalog.pg_class'::regclass AND a.atttypid IN ({alias}.oid, {alias}.typarray))"
    )
}
