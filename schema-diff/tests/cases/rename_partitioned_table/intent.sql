ALTER TABLE events RENAME TO happenings;
ALTER TABLE happenings RENAME COLUMN at TO happened_at;
ALTER TABLE happenings RENAME COLUMN payload TO body;
ALTER TABLE happenings RENAME CONSTRAINT events_pkey TO happenings_pkey;
ALTER INDEX events_payload_idx RENAME TO happenings_body_idx;
