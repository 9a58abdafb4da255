-- What is no relation: constraints of domains, labels of enum types, types, and schemas.
SELECT 'domain constraint' AS kind, o.oid, o.contypid AS owner, CASE tn.nspname WHEN 'public' THEN t.typname::text ELSE tn.nspname || '.' || t.typname END AS name, o.convalidated AS is_valid
FROM pg_catalog.pg_constraint o
JOIN pg_catalog.pg_type t ON t.oid = o.contypid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
JOIN pg_catalog.pg_namespace n ON n.oid = o.connamespace
WHERE o.contypid <> 0 AND o.contype = 'c' AND n.nspname <> 'information_schema' AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
UNION ALL
SELECT 'label', e.oid, e.enumtypid, e.enumlabel::text, true
FROM pg_catalog.pg_enum e
UNION ALL
SELECT 'type', t.oid, 0, CASE n.nspname WHEN 'public' THEN t.typname::text ELSE n.nspname || '.' || t.typname END, true
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE
    t.typtype IN ('e', 'd', 'r', 'c')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
    AND n.nspname <> 'information_schema'
    AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
UNION ALL
SELECT 'schema', n.oid, 0, n.nspname::text, true
FROM pg_catalog.pg_namespace n
WHERE n.nspname <> 'information_schema' AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
