-- Relations with everything of them that programs depend on: all of them ($1), or those on which this transaction holds a lock, and those
-- that have changed since the transaction with this ID ($2): some statements lock no table, such as GRANT and ALTER INDEX ... RENAME.
WITH RECURSIVE
memberships AS (
    SELECT roleid AS role, member FROM pg_catalog.pg_auth_members
    UNION
    SELECT m.role, own.member FROM memberships m JOIN pg_catalog.pg_auth_members own ON own.roleid = m.member
),
-- Who has the privileges of a role. Superusers need none.
holders AS MATERIALIZED (
    SELECT r.oid AS role, r.rolname::text AS name FROM pg_catalog.pg_roles r WHERE NOT r.rolsuper
    UNION
    SELECT m.role, r.rolname::text FROM memberships m JOIN pg_catalog.pg_roles r ON r.oid = m.member WHERE NOT r.rolsuper
    UNION
    SELECT 0, 'PUBLIC'
),
published AS MATERIALIZED (
    SELECT DISTINCT t.schemaname, t.tablename
    FROM pg_catalog.pg_publication_tables t
    JOIN pg_catalog.pg_publication p ON p.pubname = t.pubname
    WHERE p.pubupdate OR p.pubdelete
),
changed AS (
    SELECT relation AS oid
    FROM pg_catalog.pg_locks
    WHERE
        pid = pg_catalog.pg_backend_pid()
        AND locktype = 'relation'
        AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    UNION
    SELECT oid FROM pg_catalog.pg_class WHERE pg_catalog.age(xmin) <= pg_catalog.age($2::text::xid)
    UNION
    SELECT attrelid FROM pg_catalog.pg_attribute WHERE pg_catalog.age(xmin) <= pg_catalog.age($2::text::xid)
    UNION
    SELECT conrelid FROM pg_catalog.pg_constraint WHERE pg_catalog.age(xmin) <= pg_catalog.age($2::text::xid)
),
relations AS (
    SELECT c.*, n.nspname
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE
        n.nspname <> 'information_schema'
        AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I', 'S', 'c')
        AND ($1 OR c.oid IN (SELECT oid FROM changed))
)
SELECT
    r.oid,
    r.nspname::text AS nspname,
    r.relname::text AS relname,
    pg_catalog.json_build_object(
        'kind', r.relkind,
        'persistence', r.relpersistence,
        'file', r.relfilenode::bigint,
        'parent', CASE WHEN r.relispartition THEN (SELECT inhparent::bigint FROM pg_catalog.pg_inherits WHERE inhrelid = r.oid LIMIT 1) END,
        'bound', pg_catalog.pg_get_expr(r.relpartbound, r.oid),
        'row_security', r.relrowsecurity,
        'forces_row_security', r.relforcerowsecurity,
        'owner', pg_catalog.pg_get_userbyid(r.relowner),
        'refuses_updates',
        EXISTS (SELECT FROM published WHERE schemaname = r.nspname AND tablename = r.relname)
        AND NOT CASE r.relreplident
            WHEN 'f' THEN true
            WHEN 'd' THEN EXISTS (SELECT FROM pg_catalog.pg_index x WHERE x.indrelid = r.oid AND x.indisprimary AND x.indimmediate)
            WHEN 'i' THEN EXISTS (SELECT FROM pg_catalog.pg_index x WHERE x.indrelid = r.oid AND x.indisreplident)
            ELSE false
        END,
        'index',
        CASE
            WHEN i.indexrelid IS NOT NULL THEN pg_catalog.json_build_object(
                'table', i.indrelid::bigint,
                'columns', i.indkey::smallint[],
                'backs_constraint', EXISTS (
                    SELECT FROM pg_catalog.pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')
                ),
                -- What ON CONFLICT infers the index from: columns in any order, expressions and the condition.
                'unique_key',
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
                END
            )
        END,
        'sequence',
        CASE
            WHEN s.seqrelid IS NOT NULL THEN pg_catalog.json_build_object(
                'parameters',
                pg_catalog.concat_ws(' ', s.seqtypid, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle),
                'table',
                (
                    SELECT d.refobjid::bigint
                    FROM pg_catalog.pg_depend d
                    WHERE
                        d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                        AND d.objid = r.oid
                        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                        AND d.deptype IN ('a', 'i')
                    LIMIT 1
                )
            )
        END,
        'columns',
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
                        'shown_type', pg_catalog.regexp_replace(pg_catalog.format_type(t.oid, a.atttypmod), '^public\.', ''),
                        'collation',
                        (
                            SELECT l.collname
                            FROM pg_catalog.pg_collation l
                            WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation
                        ),
                        'type_oid', t.oid::bigint,
                        -- Programs see a domain as its base type.
                        'base_type', COALESCE(NULLIF(t.typbasetype, 0), t.oid)::bigint,
                        'modifier', a.atttypmod,
                        'not_null', a.attnotnull,
                        'identity', a.attidentity,
                        'generated', a.attgenerated,
                        'has_value', a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '',
                        'is_inherited', a.attinhcount > 0
                    ))
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
                WHERE
                    a.attrelid = r.oid
                    AND a.attnum > 0
                    AND NOT a.attisdropped
                    AND r.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
            ),
            '[]'
        ),
        'constraints',
        COALESCE(
            (
                SELECT
                    pg_catalog.json_agg(pg_catalog.json_build_object(
                        'oid', o.oid::bigint,
                        'name', o.conname,
                        'kind', o.contype,
                        'columns', COALESCE(o.conkey, '{}'),
                        'referenced', NULLIF(o.confrelid, 0)::bigint,
                        'definition', pg_catalog.pg_get_constraintdef(o.oid),
                        'is_valid', o.convalidated,
                        'is_deferrable', o.condeferrable,
                        'is_inherited', o.coninhcount > 0
                    ))
                FROM pg_catalog.pg_constraint o
                WHERE o.conrelid = r.oid AND o.contype IN ('c', 'f', 'p', 'u', 'x')
            ),
            '[]'
        ),
        -- Triggers that can give columns of new rows values.
        'triggers',
        COALESCE(
            (
                SELECT
                    pg_catalog.json_agg(pg_catalog.json_build_object(
                        'oid', g.oid::bigint,
                        'name', g.tgname,
                        'function', g.tgfoid::bigint,
                        -- The columns that the function names.
                        'columns',
                        ARRAY(
                            SELECT a.attname::text
                            FROM pg_catalog.pg_attribute a
                            WHERE
                                a.attrelid = r.oid
                                AND a.attnum > 0
                                AND NOT a.attisdropped
                                AND f.prosrc ~ ('\m' || pg_catalog.regexp_replace(a.attname::text, '(\W)', '\\\1', 'g') || '\M')
                        ),
                        'is_enabled', g.tgenabled IN ('O', 'A')
                    ))
                FROM pg_catalog.pg_trigger g
                JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
                -- FOR EACH ROW, BEFORE, INSERT.
                WHERE g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgtype & 7 = 7
            ),
            '[]'
        ),
        'policies',
        COALESCE(
            (
                SELECT
                    pg_catalog.json_agg(pg_catalog.json_build_object(
                        'name', y.polname,
                        'is_permissive', y.polpermissive,
                        'definition',
                        pg_catalog.concat_ws(
                            ' ',
                            y.polcmd,
                            y.polroles,
                            'USING',
                            pg_catalog.pg_get_expr(y.polqual, y.polrelid),
                            'CHECK',
                            pg_catalog.pg_get_expr(y.polwithcheck, y.polrelid)
                        )
                    ))
                FROM pg_catalog.pg_policy y
                WHERE y.polrelid = r.oid
            ),
            '[]'
        ),
        'privileges',
        (
            SELECT COALESCE(pg_catalog.json_agg(pg_catalog.json_build_array(h.name, x.privilege_type, x.attname)), '[]')
            FROM (
                SELECT e.grantee, e.privilege_type, NULL AS attname
                FROM
                    pg_catalog.aclexplode(
                        COALESCE(
                            r.relacl,
                            pg_catalog.acldefault(CASE r.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, r.relowner)
                        )
                    ) e
                UNION ALL
                SELECT e.grantee, e.privilege_type, a.attname
                FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) e
                WHERE a.attrelid = r.oid AND NOT a.attisdropped
            ) x
            JOIN holders h ON h.role = x.grantee
            WHERE
                r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')
        )
    )::text AS facts
FROM relations r
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
