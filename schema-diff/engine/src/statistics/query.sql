-- The sizes of tables and materialized views, and how their columns' values are distributed: no value, no row. Only catalogs are read; a role
-- sees the distribution of the columns that it may select.
WITH relations AS (
    SELECT
        c.oid,
        n.nspname,
        c.relname,
        c.relpages,
        c.reltuples,
        pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint AS pages
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE
        c.relkind IN ('r', 'm')
        AND c.relpersistence <> 't'
        AND n.nspname <> 'information_schema'
        AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
),
distributions AS (
    SELECT
        schemaname,
        tablename,
        pg_catalog.json_agg(
            pg_catalog.json_build_object(
                'name', attname, 'null_fraction', null_frac, 'distinct', n_distinct, 'width', avg_width
            )
            ORDER BY attname
        ) AS columns
    FROM pg_catalog.pg_stats
    WHERE NOT inherited
    GROUP BY schemaname, tablename
)
SELECT
    r.nspname::text AS schema,
    r.relname::text AS name,
    -- Never analyzed: -1 from Postgres 14 on, no pages before. Otherwise the density then, on the pages now, as the planner counts.
    CASE
        WHEN r.reltuples < 0 OR (r.relpages = 0 AND r.pages > 0) THEN NULL
        WHEN r.relpages = 0 THEN 0
        ELSE pg_catalog.round((r.reltuples::float8 / r.relpages * r.pages)::numeric)::bigint
    END AS rows,
    pg_catalog.pg_stat_get_dead_tuples(r.oid) AS dead_rows,
    pg_catalog.pg_table_size(r.oid) AS bytes,
    pg_catalog.pg_indexes_size(r.oid) AS index_bytes,
    EXISTS (
        SELECT 1
        FROM pg_catalog.pg_publication_tables p
        WHERE p.schemaname = r.nspname AND p.tablename = r.relname
    ) AS published,
    d.columns::text AS columns
FROM relations r
LEFT JOIN distributions d ON d.schemaname = r.nspname AND d.tablename = r.relname
ORDER BY r.nspname, r.relname
