CREATE TABLE t (id int PRIMARY KEY, n numeric(10,4), f double precision, d timestamptz);
INSERT INTO t VALUES (1, 1.25, 3, '2026-01-01 00:00:00+00');
