-- What the running transaction has done to relations so far: to all of them ($1), or to those on which it holds a lock, without which nothing is
-- done to one. A relation that it has dropped appears with its OID and its lock alone.
WITH locks AS (
    SELECT
        relation AS oid,
        max(pg_catalog.array_position(
            ARRAY[
                'AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'
            ],
            mode
        )) AS mode
    FROM pg_catalog.pg_locks
    WHERE
        pid = pg_catalog.pg_backend_pid()
        AND locktype = 'relation'
        AND granted
        AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        -- Relations of the system have lower OIDs.
        AND relation >= 16384
    GROUP BY relation
),
relations AS (
    SELECT oid FROM locks
    UNION
    SELECT oid FROM pg_catalog.pg_class WHERE $1
)
SELECT
    r.oid,
    n.nspname::text AS nspname,
    c.relname::text AS relname,
    c.relkind::text AS relkind,
    i.indrelid,
    COALESCE(i.indisexclusion, false) AS is_exclusion,
    pg_catalog.pg_relation_filenode(c.oid) AS file,
    c.reltablespace AS tablespace,
    l.mode AS lock,
    ARRAY(
        SELECT o.confrelid
        FROM pg_catalog.pg_constraint o
        WHERE o.conrelid = r.oid AND o.contype = 'f' AND o.convalidated
        ORDER BY o.oid
    ) AS referenced,
    -- A sequence has one row.
    CASE c.relkind WHEN 'S' THEN 0 ELSE pg_catalog.pg_stat_get_xact_numscans(r.oid) END AS scans,
    pg_catalog.pg_stat_get_xact_tuples_returned(r.oid) AS rows_read,
    pg_catalog.pg_stat_get_xact_tuples_inserted(r.oid)
    + pg_catalog.pg_stat_get_xact_tuples_updated(r.oid)
    + pg_catalog.pg_stat_get_xact_tuples_deleted(r.oid) AS rows_written
FROM relations r
LEFT JOIN locks l ON l.oid = r.oid
LEFT JOIN pg_catalog.pg_class c ON c.oid = r.oid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE
    c.oid IS NULL
    OR n.nspname <> 'information_schema' AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_') AND c.relkind <> 'c'
