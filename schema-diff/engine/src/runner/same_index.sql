-- Whether the valid index $name of table $table is like the one of the twin.
SELECT
    COALESCE(bool_and(
        a.indisunique = b.indisunique
        AND a.indnkeyatts = b.indnkeyatts
        AND a.indclass::text = b.indclass::text
        AND a.indcollation::text = b.indcollation::text
        AND a.indoption::text = b.indoption::text
        AND pg_catalog.to_jsonb(a) -> 'indnullsnotdistinct' IS NOT DISTINCT FROM pg_catalog.to_jsonb(b) -> 'indnullsnotdistinct'
        AND pg_catalog.pg_get_expr(a.indpred, a.indrelid) IS NOT DISTINCT FROM pg_catalog.pg_get_expr(b.indpred, b.indrelid)
        AND (
            SELECT pg_catalog.array_agg(pg_catalog.pg_get_indexdef(a.indexrelid, n, false) ORDER BY n)
            FROM pg_catalog.generate_series(1, a.indnatts::integer) n
        ) = (
            SELECT pg_catalog.array_agg(pg_catalog.pg_get_indexdef(b.indexrelid, n, false) ORDER BY n)
            FROM pg_catalog.generate_series(1, b.indnatts::integer) n
        )
        AND ca.relam = cb.relam
        AND ca.reloptions IS NOT DISTINCT FROM cb.reloptions
    ), false) AS is_same
FROM pg_catalog.pg_class t
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_index a ON a.indrelid = t.oid AND a.indisvalid
JOIN pg_catalog.pg_class ca ON ca.oid = a.indexrelid
JOIN pg_catalog.pg_index b ON b.indrelid = pg_catalog.to_regclass('pg_temp.schema_diff_twin')
JOIN pg_catalog.pg_class cb ON cb.oid = b.indexrelid
WHERE
    t.oid = pg_catalog.to_regclass($table)
    AND ca.oid = pg_catalog.to_regclass(pg_catalog.quote_ident(n.nspname) || '.' || $name)
