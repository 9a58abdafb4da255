CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL DEFAULT 'x', b text, CHECK (a <> b));
CREATE INDEX ON t (a);
INSERT INTO t VALUES (1, 'was a', 'was b'), (2, 'also a', NULL);
