//! The system catalogs that a snapshot reads, and how their rows are identified and printed.

/// A system catalog.
pub(super) struct Catalog {
    pub name: &'static str,
    /// The SQL for the OID of the object to which the row belongs.
    pub of: &'static str,
    /// The SQL for the name of the row; `None` uses `pg_identify_object`.
    pub named: Option<&'static str>,
    /// The condition of the rows that are left out.
    pub but: Option<&'static str>,
}

const fn catalog(
    name: &'static str,
    of: &'static str,
    named: Option<&'static str>,
    but: Option<&'static str>,
) -> Catalog {
    Catalog { name, of, named, but }
}

pub(super) const CATALOGS: &[Catalog] = &[
    catalog(
        "pg_aggregate",
        "aggfnoid::oid",
        Some("aggfnoid::oid::regprocedure::text"),
        None,
    ),
    catalog(
        "pg_attrdef",
        "adrelid",
        Some(
            "concat(adrelid::regclass, '.', (SELECT attname FROM pg_attribute WHERE attrelid = adrelid AND attnum = adnum))",
        ),
        None,
    ),
    catalog(
        "pg_attribute",
        "attrelid",
        Some(
            "concat(attrelid::regclass, '.', CASE WHEN (SELECT relkind IN ('i', 'I') FROM pg_class WHERE oid = attrelid) \
             THEN attnum::text ELSE attname END)",
        ),
        Some(
            "attnum < 0 OR attisdropped OR attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'pg_toast'::regnamespace)",
        ),
    ),
    catalog("pg_cast", "oid", None, None),
    catalog(
        "pg_class",
        "oid",
        Some("oid::regclass::text"),
        Some("relnamespace = 'pg_toast'::regnamespace"),
    ),
    catalog("pg_collation", "oid", None, None),
    catalog("pg_constraint", "oid", None, Some("contype = 'n'")),
    catalog("pg_default_acl", "oid", None, None),
    catalog(
        "pg_description",
        "objoid",
        Some("(pg_identify_object(classoid, objoid, objsubid)).identity"),
        None,
    ),
    catalog(
        "pg_enum",
        "enumtypid",
        Some("concat(enumtypid::regtype, ' ', enumlabel)"),
        None,
    ),
    catalog("pg_event_trigger", "oid", None, None),
    catalog("pg_extension", "oid", None, None),
    catalog("pg_foreign_data_wrapper", "oid", None, None),
    catalog("pg_foreign_server", "oid", None, None),
    catalog("pg_foreign_table", "ftrelid", Some("ftrelid::regclass::text"), None),
    catalog(
        "pg_index",
        "indexrelid",
        Some("indexrelid::regclass::text"),
        Some("indexrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'pg_toast'::regnamespace)"),
    ),
    catalog(
        "pg_inherits",
        "inhrelid",
        Some("concat(inhrelid::regclass, ' of ', inhparent::regclass)"),
        None,
    ),
    catalog("pg_language", "oid", None, None),
    catalog("pg_namespace", "oid", None, Some("nspname ~ '^pg_'")),
    catalog("pg_opclass", "oid", None, None),
    catalog("pg_operator", "oid", None, None),
    catalog("pg_opfamily", "oid", None, None),
    catalog(
        "pg_partitioned_table",
        "partrelid",
        Some("partrelid::regclass::text"),
        None,
    ),
    catalog("pg_policy", "oid", None, None),
    catalog("pg_proc", "oid", Some("oid::regprocedure::text"), None),
    catalog("pg_publication", "oid", None, None),
    catalog("pg_publication_namespace", "oid", None, None),
    catalog("pg_publication_rel", "oid", None, None),
    catalog("pg_range", "rngtypid", Some("rngtypid::regtype::text"), None),
    catalog("pg_rewrite", "oid", None, None),
    catalog("pg_sequence", "seqrelid", Some("seqrelid::regclass::text"), None),
    catalog("pg_statistic_ext", "oid", None, None),
    catalog(
        "pg_trigger",
        "oid",
        Some(
            "concat(CASE WHEN tgisinternal THEN concat('internal ', tgfoid::regproc, ' ', tgtype, ' of ', \
             (SELECT conname FROM pg_constraint WHERE oid = tgconstraint)) ELSE quote_ident(tgname) END, ' on ', tgrelid::regclass)",
        ),
        None,
    ),
    catalog(
        "pg_type",
        "oid",
        Some("oid::regtype::text"),
        Some("typnamespace = 'pg_toast'::regnamespace"),
    ),
    catalog("pg_user_mapping", "oid", None, None),
];

/// Columns that are left out; the documentation of `catalog_snapshot` has the reasons.
pub(super) const EXCLUDED: &[&str] = &[
    "atthasmissing",
    "attmissingval",
    "attcacheoff",
    "attnum",
    "attisdropped",
    "classoid",
    "enumsortorder",
    "indcheckxmin",
    "objoid",
    "objsubid",
    "oid",
    "relallfrozen",
    "relallvisible",
    "relfilenode",
    "relfrozenxid",
    "relhasindex",
    "relhasrules",
    "relhassubclass",
    "relhastriggers",
    "relminmxid",
    "relnatts",
    "relpages",
    "relrewrite",
    "reltoastrelid",
    "reltuples",
    "tgparentid",
];

/// Values in place of node trees, and values that no column contains: the catalog, its first version, the name, the
/// SQL.
pub(super) const PRINTED: &[(&str, i32, &str, &str)] = &[
    ("pg_class", 13, "partition bound", "pg_get_expr(relpartbound, oid)"),
    (
        "pg_class",
        13,
        "view",
        "CASE WHEN relkind IN ('v', 'm') THEN jsonb_build_object('query', pg_get_viewdef(oid)) END",
    ),
    (
        "pg_class",
        13,
        "owned by",
        "(SELECT concat(d.refobjid::regclass, '.', (SELECT attname FROM pg_attribute WHERE attrelid = d.refobjid AND attnum = d.refobjsubid), \
         ' ', d.deptype) FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND c.relkind = 'S' \
         AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))",
    ),
    (
        "pg_class",
        13,
        "depends on extensions",
        "(SELECT jsonb_agg(e.extname ORDER BY e.extname) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid \
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x')",
    ),
    (
        "pg_attrdef",
        13,
        "expression",
        "jsonb_build_object('on', adrelid::regclass::text, 'expression', pg_get_expr(adbin, adrelid))",
    ),
    (
        "pg_constraint",
        13,
        "definition",
        "CASE WHEN contype = 'c' AND conrelid <> 0 \
         THEN jsonb_build_object('on', conrelid::regclass::text, 'expression', pg_get_expr(conbin, conrelid)) \
         WHEN contype <> 'x' THEN to_jsonb(pg_get_constraintdef(oid)) END",
    ),
    (
        "pg_enum",
        13,
        "rank",
        "row_number() OVER (PARTITION BY enumtypid ORDER BY enumsortorder)",
    ),
    (
        "pg_index",
        13,
        "expressions",
        "CASE WHEN indexprs IS NOT NULL \
         THEN jsonb_build_object('on', indrelid::regclass::text, 'expression', pg_get_expr(indexprs, indrelid)) END",
    ),
    (
        "pg_index",
        13,
        "predicate",
        "CASE WHEN indpred IS NOT NULL \
         THEN jsonb_build_object('on', indrelid::regclass::text, 'expression', pg_get_expr(indpred, indrelid)) END",
    ),
    ("pg_partitioned_table", 13, "key", "pg_get_partkeydef(partrelid)"),
    (
        "pg_policy",
        13,
        "using",
        "CASE WHEN polqual IS NOT NULL \
         THEN jsonb_build_object('on', polrelid::regclass::text, 'expression', pg_get_expr(polqual, polrelid)) END",
    ),
    (
        "pg_policy",
        13,
        "with check",
        "CASE WHEN polwithcheck IS NOT NULL \
         THEN jsonb_build_object('on', polrelid::regclass::text, 'expression', pg_get_expr(polwithcheck, polrelid)) END",
    ),
    ("pg_proc", 13, "arguments", "pg_get_function_arguments(oid)"),
    ("pg_proc", 14, "body", "pg_get_function_sqlbody(oid)"),
    (
        "pg_publication_rel",
        15,
        "where",
        "CASE WHEN prqual IS NOT NULL \
         THEN jsonb_build_object('on', prrelid::regclass::text, 'expression', pg_get_expr(prqual, prrelid)) END",
    ),
    (
        "pg_rewrite",
        13,
        "rule",
        "CASE WHEN rulename <> '_RETURN' THEN pg_get_ruledef(oid) END",
    ),
    (
        "pg_statistic_ext",
        14,
        "expressions",
        "to_jsonb(pg_get_statisticsobjdef_expressions(oid))",
    ),
    (
        "pg_trigger",
        13,
        "definition",
        "CASE WHEN NOT tgisinternal THEN pg_get_triggerdef(oid) END",
    ),
];

/// The defaults of the kinds of ACLs: the column, its letter for `acldefault`, the owner.
pub(super) const ACLS: &[(&str, &str, &str)] = &[
    ("attacl", "'c'", "(SELECT relowner FROM pg_class WHERE oid = attrelid)"),
    ("fdwacl", "'F'", "fdwowner"),
    ("lanacl", "'l'", "lanowner"),
    ("nspacl", "'n'", "nspowner"),
    ("proacl", "'f'", "proowner"),
    (
        "relacl",
        "CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\"",
        "relowner",
    ),
    ("srvacl", "'S'", "srvowner"),
    ("typacl", "'T'", "typowner"),
];
