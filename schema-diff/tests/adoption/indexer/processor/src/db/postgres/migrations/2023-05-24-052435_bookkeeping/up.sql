ALTER TABLE __diesel_schema_migrations ADD COLUMN IF NOT EXISTS note TEXT;
ALTER TABLE __diesel_schema_migrations DROP COLUMN note;
ALTER TABLE events ADD COLUMN event_index BIGINT;
CREATE INDEX ev_itype_index ON events (indexed_type);
