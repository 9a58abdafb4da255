DROP INDEX t_m_idx; ALTER TABLE t ALTER m DROP DEFAULT, ALTER ms DROP DEFAULT; ALTER TYPE app.mood RENAME TO old; CREATE TYPE app.mood AS ENUM ('a', 'c');
ALTER TABLE t ALTER m TYPE app.mood USING m::text::app.mood, ALTER ms TYPE app.mood[] USING ms::text[]::app.mood[], ALTER m SET DEFAULT 'a', ALTER ms SET DEFAULT '{a,c}'; DROP TYPE app.old;
CREATE INDEX ON t (m) WHERE m = 'a'::app.mood;
