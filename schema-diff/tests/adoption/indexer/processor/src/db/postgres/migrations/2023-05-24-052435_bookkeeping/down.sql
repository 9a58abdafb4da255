DROP INDEX ev_itype_index;
ALTER TABLE events DROP COLUMN event_index;
