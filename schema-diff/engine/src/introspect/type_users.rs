//! Objects that depend on a type directly, not through a column of a table.
//!
//! Defaults, checks, indexes, policies and triggers that read a column of the type, or of a domain, are recreated with that column; the checks
//! of a domain are recreated with the domain.

/// Returns the SQL of a list of the objects (functions, domains, composite types, operators, casts; defaults and checks that name it; columns of foreign tables) that depend on the
/// type with this alias of `pg_type`, as Postgres identifies them, sorted. It is a column of a query.
pub(super) fn used_by(alias: &str) -> String {
    format!(
        "ARRAY(SELECT DISTINCT concat(i.type, ' ', i.identity) {} AND u.classid <> 'pg_catalog.pg_rewrite'::regclass ORDER BY 1)",
        users(alias)
    )
}

/// Returns the SQL of a test whether a view or a rule names the type without reading a column of it. It is a column of
/// a query.
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
           AND NOT (uc.oid IS NOT NULL AND uc.relkind NOT IN ('c', 'f', 'i', 'I')) \
           AND NOT EXISTS ( \
               SELECT FROM pg_catalog.pg_depend o \
               JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid \
               JOIN pg_catalog.pg_type at ON at.oid = a.atttypid \
               WHERE o.classid = u.classid AND o.objid = u.objid AND o.refclassid = 'pg_catalog.pg_class'::regclass \
                 AND (at.typtype = 'd' OR at.oid IN ({alias}.oid, {alias}.typarray))) \
           AND NOT EXISTS ( \
               SELECT FROM pg_catalog.pg_constraint k \
               WHERE u.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = u.objid AND k.conrelid = 0)"
    )
}
