CREATE TABLE t (id int PRIMARY KEY, f float8[]);
INSERT INTO t VALUES (1, '{1.5}');
