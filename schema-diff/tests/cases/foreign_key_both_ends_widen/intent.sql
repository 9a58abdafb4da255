DROP VIEW v; ALTER TABLE a ALTER id TYPE bigint, ALTER a_id TYPE bigint; ALTER SEQUENCE a_id_seq AS bigint;
ALTER TABLE b ALTER id TYPE bigint, ALTER a_id TYPE bigint, ALTER b_id TYPE bigint;
CREATE VIEW v AS SELECT a.id, b.id AS b FROM a JOIN b ON b.a_id = a.id;
