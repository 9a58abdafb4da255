
#variable_conflict use_column
<<{{label}}>>
DECLARE
{{declarations}}    batch integer := 1000;
    began timestamptz;
    waits_since timestamptz := clock_timestamp();
    is_done boolean;
    passed bigint := 0;
    shown_at timestamptz := clock_timestamp();
    behind numeric;
    patience integer := 600;
BEGIN
{{row_security_first}}    SELECT {{keys}} INTO {{first}} FROM {{table}} ORDER BY {{keys}} LIMIT 1;
    WHILE {{label}}.first_1 IS NOT NULL LOOP
        {{label}}.began := clock_timestamp();
        PERFORM set_config('lock_timeout', '{{lock_timeout}}ms', true);
{{row_security}}{{clear}}        SELECT {{keys}} INTO {{next}} FROM {{table}} WHERE {{key}} >= {{from}} ORDER BY {{keys}} OFFSET {{label}}.batch LIMIT 1;
        BEGIN
{{disable}}            IF {{label}}.next_1 IS NULL THEN
                {{update}};
            ELSE
                {{update}} AND {{key}} < {{until}};
            END IF;
{{enable}}            {{label}}.is_done := true;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            -- Another transaction holds one of the rows: again with fewer rows, after a pause.
            {{label}}.is_done := false;
        END;
        COMMIT;
        IF {{label}}.is_done THEN
            {{label}}.passed := {{label}}.passed + {{label}}.batch;
            IF clock_timestamp() - {{label}}.shown_at > interval '5 seconds' THEN
                RAISE NOTICE '%: % rows done of about %', {{shown}}, {{label}}.passed, (SELECT greatest(reltuples::bigint, {{label}}.passed) FROM pg_class WHERE oid = {{literal}}::regclass);
                {{label}}.shown_at := clock_timestamp();
            END IF;
{{advance}}            {{label}}.waits_since := clock_timestamp();
            -- A batch takes about 50 ms.
            {{label}}.batch := least(greatest({{label}}.batch * 0.05 / greatest(extract(epoch FROM clock_timestamp() - {{label}}.began), 0.001), 1), 2 * {{label}}.batch, 5000);
        ELSIF clock_timestamp() - {{label}}.waits_since > interval '10 minutes' THEN
            RAISE EXCEPTION USING MESSAGE = {{message}}, HINT = {{hint}};
        ELSE
            {{label}}.batch := greatest({{label}}.batch / 4, 1);
        END IF;
        -- A replica that is more than 64 MB behind is given time, at most ten minutes in all.
        WHILE {{label}}.patience > 0 LOOP
            SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replica.lsn)) INTO {{label}}.behind FROM (
                SELECT replay_lsn FROM pg_stat_replication
                UNION ALL SELECT coalesce(confirmed_flush_lsn, restart_lsn) FROM pg_replication_slots WHERE active
            ) AS replica (lsn);
            EXIT WHEN {{label}}.behind IS NULL OR {{label}}.behind < 64 * 1024 * 1024;
            RAISE NOTICE '%: waiting, because a replica is % behind', {{shown}}, pg_size_pretty({{label}}.behind);
            {{label}}.patience := {{label}}.patience - 1;
            PERFORM pg_sleep(1);
            COMMIT;
        END LOOP;
        PERFORM pg_sleep(least(extract(epoch FROM clock_timestamp() - {{label}}.began) * CASE WHEN {{label}}.is_done THEN 1 ELSE 4 END, 2));
    END LOOP;
END
