CREATE TYPE mood AS ENUM ('b', 'd');
CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[]);
CREATE INDEX ON t (m) WHERE m = 'd';
INSERT INTO t VALUES (1, 'b', '{b,d}');
