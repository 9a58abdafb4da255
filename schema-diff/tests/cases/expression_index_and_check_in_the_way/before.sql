CREATE TABLE t (id int PRIMARY KEY, a text, b int, CONSTRAINT lower_a CHECK (lower(a) = a));
CREATE INDEX ix ON t (lower(a)); CREATE INDEX iy ON t (b) WHERE a = '1'; CREATE UNIQUE INDEX iz ON t ((b + 1)) INCLUDE (a);
COMMENT ON INDEX iy IS 'y'; ALTER TABLE t CLUSTER ON ix;
INSERT INTO t VALUES (1, '7', 3);
