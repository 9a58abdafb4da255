-- Expressions and queries, read and printed until they stay the same.
CREATE FUNCTION pg_temp.settled(relation regclass, expression text) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
  now text := format('((%s) IS NOT NULL)', expression);
  next text;
BEGIN
  IF expression IS NULL THEN RETURN NULL; END IF;
  EXECUTE format('CREATE TEMP TABLE settled_probe (LIKE %s)', relation);
  FOR round IN 1..6 LOOP
    EXECUTE format('ALTER TABLE pg_temp.settled_probe ADD CONSTRAINT settled_check CHECK (%s)', now);
    SELECT pg_get_expr(conbin, conrelid) INTO next FROM pg_constraint
      WHERE conrelid = 'pg_temp.settled_probe'::regclass AND conname = 'settled_check';
    ALTER TABLE pg_temp.settled_probe DROP CONSTRAINT settled_check;
    EXIT WHEN next = now;
    now := next;
  END LOOP;
  DROP TABLE pg_temp.settled_probe;
  RETURN now;
EXCEPTION WHEN feature_not_supported THEN
  -- A policy may read other tables, a check may not.
  RETURN expression;
END
$body$;
CREATE FUNCTION pg_temp.settled_query(query text) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
  now text := query;
  next text;
BEGIN
  FOR round IN 1..6 LOOP
    EXECUTE format('CREATE TEMP VIEW settled_view AS %s', now);
    next := pg_get_viewdef('pg_temp.settled_view'::regclass);
    DROP VIEW pg_temp.settled_view;
    EXIT WHEN next = now;
    now := next;
  END LOOP;
  RETURN now;
END
$body$;
