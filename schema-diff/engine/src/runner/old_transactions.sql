-- Transactions that have been open for long and have a snapshot, or a lock on the table that a build waits for.
SELECT a.pid, a.usename::text, NULLIF(a.application_name, ''), a.state,
    EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint,
    NULLIF(NULLIF(a.query, ''), '<insufficient privilege>'),
    false
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = pg_catalog.current_database()
    AND a.backend_type = 'client backend'
    AND a.pid NOT IN ($1, pg_catalog.pg_backend_pid())
    AND a.xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $3)
    AND (a.backend_xmin IS NOT NULL
        OR EXISTS (
            SELECT FROM pg_catalog.pg_locks l
            WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.granted
                AND l.relation = pg_catalog.to_regclass($2)
                AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')))
ORDER BY a.xact_start, a.pid
