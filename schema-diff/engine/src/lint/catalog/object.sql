-- What is no relation: constraints of domains, labels of enum types, types, schemas, routines and extensions. `owner` is the domain of a
-- constraint, the type of a label, or the schema; `detail` is what is not in the name of what programs use.
SELECT
    'domain constraint' AS kind,
    o.oid,
    o.contypid AS owner,
    CASE tn.nspname WHEN 'public' THEN t.typname::text ELSE tn.nspname || '.' || t.typname END AS name,
    pg_catalog.pg_get_constraintdef(o.oid) AS detail,
    o.convalidated AS is_valid,
    '{}'::text[] AS holders
FROM pg_catalog.pg_constraint o
JOIN pg_catalog.pg_type t ON t.oid = o.contypid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
JOIN pg_catalog.pg_namespace n ON n.oid = o.connamespace
WHERE o.contypid <> 0 AND o.contype = 'c' AND n.nspname <> 'information_schema' AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
UNION ALL
SELECT 'label', e.oid, e.enumtypid, e.enumlabel::text, '', true, '{}'
FROM pg_catalog.pg_enum e
UNION ALL
SELECT
    'type',
    t.oid,
    n.oid,
    CASE n.nspname WHEN 'public' THEN t.typname::text ELSE n.nspname || '.' || t.typname END,
    '',
    -- Of a domain: whether it is nullable.
    NOT t.typnotnull,
    '{}'
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE
    t.typtype IN ('e', 'd', 'r', 'c')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
    AND n.nspname <> 'information_schema'
    AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
UNION ALL
SELECT
    'schema',
    n.oid,
    0,
    n.nspname::text,
    '',
    true,
    ARRAY(
        SELECT COALESCE(r.rolname::text, 'PUBLIC')
        FROM pg_catalog.aclexplode(COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) e
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.grantee
        WHERE e.privilege_type = 'USAGE' AND r.rolsuper IS NOT TRUE
    )
FROM pg_catalog.pg_namespace n
WHERE n.nspname <> 'information_schema' AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
UNION ALL
SELECT
    'routine',
    p.oid,
    n.oid,
    CASE n.nspname WHEN 'public' THEN p.proname::text ELSE n.nspname || '.' || p.proname END,
    pg_catalog.concat_ws(' ', p.proargtypes::text, 'RETURNS', p.prorettype, p.proretset, p.prokind),
    true,
    ARRAY(
        SELECT COALESCE(r.rolname::text, 'PUBLIC')
        FROM pg_catalog.aclexplode(COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner))) e
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.grantee
        WHERE r.rolsuper IS NOT TRUE
    )
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE
    -- Programs do not call functions of triggers.
    p.prorettype NOT IN ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
    AND n.nspname <> 'information_schema'
    AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
    )
UNION ALL
SELECT 'extension', x.oid, 0, x.extname::text, '', true, '{}'
FROM pg_catalog.pg_extension x
