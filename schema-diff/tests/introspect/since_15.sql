-- Since Postgres 15: NULLS NOT DISTINCT, SET NULL of some columns, numbers rounded before the point, views with their reader's rights.
CREATE TABLE parents (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE children (
    a int DEFAULT 1, b int,
    code text UNIQUE NULLS NOT DISTINCT,
    FOREIGN KEY (a, b) REFERENCES parents ON DELETE SET NULL (b),
    CONSTRAINT other FOREIGN KEY (b, a) REFERENCES parents (b, a) ON DELETE SET DEFAULT (a, b)
);
CREATE UNIQUE INDEX together ON children (a, b) INCLUDE (code) NULLS NOT DISTINCT WITH (fillfactor = 50) WHERE a > 0;
CREATE VIEW checked WITH (security_barrier, security_invoker = true) AS SELECT a, b FROM children WITH LOCAL CHECK OPTION;
CREATE TABLE rounded (id uuid DEFAULT gen_random_uuid(), thousands numeric(3,-3), tiny numeric(2,5)[]);
