-- Since Postgres 13: parameters of operator classes.
CREATE EXTENSION pg_trgm;
CREATE TABLE things (id int, title text);
CREATE INDEX by_gist ON things USING gist (title gist_trgm_ops (siglen = 32), title gist_trgm_ops (siglen = 64));
