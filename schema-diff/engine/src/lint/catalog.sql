-- Relations with their columns, constraints and place in an index: all of them ($1), or those on which this transaction holds a lock, without
-- which none of it can change.
WITH relations AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE
        n.nspname <> 'information_schema'
        AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I')
        AND (
            $1
            OR EXISTS (
                SELECT
                FROM pg_catalog.pg_locks l
                WHERE
                    l.pid = pg_catalog.pg_backend_pid()
                    AND l.locktype = 'relation'
                    AND l.relation = c.oid
                    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            )
        )
)
SELECT
    r.oid,
    r.nspname::text AS nspname,
    r.relname::text AS relname,
    r.relkind::text AS relkind,
    r.relispartition,
    i.indrelid,
    -- What ON CONFLICT infers the index from: columns in any order, expressions and the condition.
    CASE
        WHEN i.indisunique AND i.indimmediate THEN
            pg_catalog.concat_ws(
                ' ',
                i.indrelid,
                (
                    SELECT pg_catalog.string_agg(k.number::text, ',' ORDER BY k.number)
                    FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k (number, rank)
                    WHERE k.rank <= i.indnkeyatts
                ),
                pg_catalog.pg_get_expr(i.indexprs, i.indrelid),
                pg_catalog.pg_get_expr(i.indpred, i.indrelid)
            )
    END AS unique_key,
    COALESCE(
        (
            SELECT
                pg_catalog.json_agg(pg_catalog.json_build_object(
                    'number', a.attnum,
                    'name', a.attname,
                    'type',
                    CASE tn.nspname
                        WHEN 'pg_catalog' THEN pg_catalog.format_type(t.oid, NULL)
                        WHEN 'public' THEN t.typname::text
                        ELSE tn.nspname || '.' || t.typname
                    END,
                    -- Programs see a domain as its base type.
                    'type_oid', COALESCE(NULLIF(t.typbasetype, 0), t.oid)::bigint,
                    'not_null', a.attnotnull,
                    'has_value', a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '',
                    'is_inherited', a.attinhcount > 0
                ))
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
            WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'f', 'v', 'm')
        )::text,
        '[]'
    ) AS columns,
    COALESCE(
        (
            SELECT
                pg_catalog.json_agg(pg_catalog.json_build_object(
                    'oid', o.oid::bigint,
                    'kind', o.contype,
                    'is_valid', o.convalidated,
                    'is_inherited', o.coninhcount > 0
                ))
            FROM pg_catalog.pg_constraint o
            WHERE o.conrelid = r.oid AND o.contype IN ('c', 'f', 'p', 'u', 'x')
        )::text,
        '[]'
    ) AS constraints
FROM relations r
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
