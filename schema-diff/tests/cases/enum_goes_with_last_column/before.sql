CREATE TYPE mood AS ENUM ('a');
CREATE TYPE kept AS ENUM ('a');
CREATE TABLE t (id int PRIMARY KEY, m mood, k kept);
CREATE FUNCTION f(kept) RETURNS int LANGUAGE sql AS 'SELECT 1';
INSERT INTO t VALUES (1, 'a', 'a');
