CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id int PRIMARY KEY, ms mood[]);
INSERT INTO t VALUES (1, '{b}');
