CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int PRIMARY KEY, m app.mood NOT NULL DEFAULT 'a', ms app.mood[] DEFAULT '{a,c}');
CREATE INDEX ON t (m) WHERE m = 'a'::app.mood;
INSERT INTO t VALUES (1, 'c', '{a}');
