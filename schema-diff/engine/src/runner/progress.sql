-- What a build of an index has done in its phase, by blocks, rows, or transactions for which it waits.
SELECT phase,
    CASE WHEN blocks_total > 0 THEN blocks_done WHEN tuples_total > 0 THEN tuples_done ELSE lockers_done END,
    CASE WHEN blocks_total > 0 THEN blocks_total WHEN tuples_total > 0 THEN tuples_total ELSE lockers_total END
FROM pg_catalog.pg_stat_progress_create_index
WHERE pid = $1
