-- Every kind of index.
CREATE SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION citext;
CREATE TABLE things (id int, title text, slug varchar(20), loose citext, body jsonb, tags text[], at timestamptz, name text COLLATE "C", spot point);
CREATE INDEX plain ON things (id);
CREATE UNIQUE INDEX several ON things (id DESC, title NULLS FIRST, slug DESC NULLS LAST) INCLUDE (at, tags) WITH (fillfactor = 50);
CREATE INDEX expressions ON things (lower(title), (id + 1) DESC, ((body ->> 'a')), COALESCE(slug, ','::varchar));
CREATE INDEX partial ON things (at) WHERE title <> ') WHERE (' AND id > 5;
CREATE INDEX classes ON things (title text_pattern_ops, slug varchar_pattern_ops DESC, lower(title) text_pattern_ops);
CREATE INDEX collations ON things (title COLLATE "C", lower(title) COLLATE "POSIX" text_pattern_ops DESC NULLS LAST, name, name COLLATE "default");
CREATE INDEX plain_text_of_citext ON things (loose text_ops);
CREATE INDEX by_gin ON things USING gin (body, tags);
CREATE INDEX by_path ON things USING gin (body jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX by_gist ON things USING gist (title ext.gist_trgm_ops, spot);
CREATE INDEX by_hash ON things USING hash (id);
CREATE INDEX by_brin ON things USING brin (at, id) WITH (pages_per_range = 32);
COMMENT ON INDEX plain IS 'it''s plain';
CREATE INDEX "In dex" ON things (loose);
