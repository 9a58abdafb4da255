CREATE TABLE t (
  id int PRIMARY KEY,
  s varchar(20) DEFAULT 'new' CHECK (s IN ('new', 'paid')),
  a text DEFAULT 'x'::varchar CHECK (a SIMILAR TO 'x%' AND length(a) BETWEEN 1 AND 10 AND a <> ''),
  b int DEFAULT 5.0,
  p char(4) CHECK (p NOT IN ('ab', 'cd')),
  n numeric(8,2) DEFAULT 5 CHECK (n BETWEEN 0 AND 99.5 AND n <> 1),
  names varchar[] CHECK ('a' = ANY (names)),
  at timestamptz DEFAULT CURRENT_TIMESTAMP,
  local timestamp DEFAULT now(),
  g bool GENERATED ALWAYS AS (s IN ('new', 'b') AND b BETWEEN 0 AND 10 AND id > 0) STORED,
  CONSTRAINT "all of them" CHECK (s LIKE ANY (ARRAY['n%', 'p%']) AND COALESCE(s, 'q') <> 'z' AND CASE s WHEN 'a' THEN 1 ELSE 2 END > b)
);
CREATE INDEX ON t (a) WHERE s NOT IN ('a', 'b') AND b BETWEEN 0 AND 10 AND id > 1;
CREATE UNIQUE INDEX ON t ((s IN ('new', 'paid')), lower(s), a);
