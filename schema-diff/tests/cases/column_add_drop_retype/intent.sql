-- lossy
ALTER TABLE posts DROP COLUMN old, ALTER COLUMN title TYPE text, ALTER COLUMN views TYPE bigint, ADD COLUMN tags text[], ADD COLUMN during tstzrange;
