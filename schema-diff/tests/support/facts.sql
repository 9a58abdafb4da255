-- What a database's own schema says, one fact a row. Names that nobody chose (of constraints, indexes, sequences) are left out,
-- and so is the order of columns. Expressions and queries are as Postgres prints them when it has read its own words often enough.
WITH relations AS (
  SELECT c.oid, c.relkind, c.relrowsecurity, c.relacl, c.relpersistence, format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
columns AS (
  SELECT r.name || '.' || quote_ident(a.attname) AS name, a.*, pg_temp.settled(a.attrelid, pg_get_expr(d.adbin, d.adrelid)) AS expression
  FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT fact FROM (
  SELECT format('namespace %I', nspname) AS fact FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL
  SELECT concat_ws(' ', 'relation', relkind, relpersistence, name, relrowsecurity) FROM relations WHERE relkind IN ('r', 'p', 'f', 'v', 'm')
  UNION ALL
  SELECT concat('grant ', name, ' ', a.grantee::regrole, ' ', a.privilege_type, ' ', a.is_grantable)
  FROM relations, aclexplode(relacl) a WHERE relkind IN ('r', 'p', 'v', 'm')
  UNION ALL
  SELECT concat('grant ', name, ' ', a.grantee::regrole, ' ', a.privilege_type) FROM columns, aclexplode(attacl) a
  UNION ALL
  SELECT concat('column ', name, ' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull OR (SELECT typnotnull FROM pg_type WHERE oid = atttypid) THEN ' not null' END,
    CASE WHEN attcollation NOT IN (0, 100) THEN ' collate ' || attcollation::regcollation END,
    CASE WHEN attgenerated <> '' THEN ' generated ' || expression END)
  FROM columns
  UNION ALL
  SELECT concat('stored ', c.name, ' ', NULLIF(c.attstattarget, -1), ' ', CASE WHEN c.attstorage <> t.typstorage THEN c.attstorage END, ' ',
    NULLIF(to_jsonb(c) ->> 'attcompression', ''), ' ',
    (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.attoptions) o WHERE o NOT LIKE 'pg\_attver=%'))
  FROM columns c JOIN pg_type t ON t.oid = c.atttypid
  UNION ALL
  SELECT concat('parameters ', r.name, ' ', o) FROM relations r JOIN pg_class c ON c.oid = r.oid, unnest(c.reloptions) o WHERE r.relkind IN ('r', 'p')
  UNION ALL
  SELECT concat('default ', name, ' ', CASE WHEN attidentity <> '' THEN 'identity ' || attidentity::text
    WHEN expression LIKE '%nextval(%' THEN 'serial' ELSE expression END)
  FROM columns WHERE attgenerated = '' AND (expression IS NOT NULL OR attidentity <> '')
  UNION ALL
  SELECT concat('numbers ', c.name, ' ', s.seqtypid::regtype, ' ', s.seqstart, ' ', s.seqincrement, ' ', s.seqmin, ' ', s.seqmax)
  FROM columns c JOIN pg_depend d ON d.refobjid = c.attrelid AND d.refobjsubid = c.attnum AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  JOIN pg_sequence s ON s.seqrelid = d.objid
  UNION ALL
  SELECT concat('constraint ', r.name, ' ', replace(pg_get_constraintdef(k.oid), coalesce(e.text, ''), coalesce(pg_temp.settled(k.conrelid, e.text), '')), CASE WHEN d.description IS NOT NULL THEN ' -- ' || d.description END)
  FROM relations r JOIN pg_constraint k ON k.conrelid = r.oid LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
    LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype = 'x'
    CROSS JOIN LATERAL (SELECT coalesce(pg_get_expr(k.conbin, k.conrelid), pg_get_expr(i.indpred, i.indrelid)) AS text) e
  WHERE k.contype IN ('p', 'u', 'f', 'c', 'x')
  UNION ALL
  SELECT concat('index ', r.name, ' ', regexp_replace(replace(pg_get_indexdef(i.indexrelid), coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
    coalesce(pg_temp.settled(i.indrelid, pg_get_expr(i.indpred, i.indrelid)), '')), '^CREATE (UNIQUE )?INDEX .* ON .*? USING', '\1USING', 's'))
  FROM relations r JOIN pg_index i ON i.indrelid = r.oid
  WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT format('type %I.%I ', n.nspname, t.typname) || CASE t.typtype
    WHEN 'e' THEN (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
    WHEN 'd' THEN 'over ' || format_type(t.typbasetype, t.typtypmod) ELSE t.typtype::text END
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
  UNION ALL
  SELECT concat('definition ', name, ' ', pg_temp.settled_query(pg_get_viewdef(oid))) FROM relations WHERE relkind IN ('v', 'm')
  UNION ALL
  SELECT concat('trigger ', r.name, ' ', pg_get_triggerdef(g.oid)) FROM relations r JOIN pg_trigger g ON g.tgrelid = r.oid WHERE NOT g.tgisinternal
  UNION ALL
  SELECT concat('policy ', r.name, ' ', p.polname, ' ', pg_temp.settled(p.polrelid, pg_get_expr(p.polqual, p.polrelid)),
    ' ', pg_temp.settled(p.polrelid, pg_get_expr(p.polwithcheck, p.polrelid)))
  FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
  UNION ALL
  SELECT concat('partition ', r.name, ' ', pg_get_expr(c.relpartbound, c.oid), ' of ', i.inhparent::regclass)
  FROM relations r JOIN pg_class c ON c.oid = r.oid JOIN pg_inherits i ON i.inhrelid = c.oid WHERE r.relkind IN ('r', 'p')
  UNION ALL
  SELECT concat('extension ', extname) FROM pg_extension
  UNION ALL
  SELECT concat('comment ', r.name, ' ', (SELECT attname FROM pg_attribute WHERE attrelid = r.oid AND attnum = d.objsubid AND d.objsubid > 0), ' ', d.description)
  FROM relations r JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid WHERE r.relkind NOT IN ('i', 'I')
) f ORDER BY fact COLLATE "C"
