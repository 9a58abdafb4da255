CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TYPE point2 AS (x int, y int);
CREATE TABLE t (id int PRIMARY KEY, mail email NOT NULL, p point2, keep text);
INSERT INTO t VALUES (1, 'a@b', '(1,2)', 'k');
