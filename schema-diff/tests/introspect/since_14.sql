-- Since Postgres 14: multiranges, bodies that Postgres understands, BRIN's new operator classes.
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C", multirange_type_name = text_ranges);
CREATE DOMAIN a_ranged AS text_ranges;
CREATE TABLE ranged (id int PRIMARY KEY, spans int4multirange, rs text_ranges, d a_ranged, days datemultirange[], body text);
CREATE INDEX by_brin ON ranged USING brin (id int4_minmax_multi_ops (values_per_range = 16));
CREATE FUNCTION a_atomic(n int DEFAULT 3) RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(body) FROM ranged WHERE id > n; END;
CREATE FUNCTION b_atomic() RETURNS bigint LANGUAGE sql RETURN a_atomic(4);
CREATE VIEW of_atomic AS SELECT a_atomic() AS n, b_atomic() AS m;
CREATE PROCEDURE out_of(OUT b text) LANGUAGE plpgsql AS $$ BEGIN b := 'x'; END $$;
CREATE TABLE squeezed (a text COMPRESSION pglz);
