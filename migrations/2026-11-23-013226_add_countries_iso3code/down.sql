-- schema-diff: 0.1.0
-- reverts: add countries.iso3code

ALTER TABLE countries DROP COLUMN iso3code;
