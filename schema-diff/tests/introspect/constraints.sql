-- Keys, checks, exclusions, cycles of foreign keys.
CREATE EXTENSION btree_gist;
CREATE TABLE parents (a int, b int, c int, note text, UNIQUE (c) INCLUDE (note), PRIMARY KEY (b, a) INCLUDE (c));
CREATE TABLE children (
    id int PRIMARY KEY,
    a int, b int,
    self int REFERENCES children ON DELETE SET NULL,
    c int CONSTRAINT "odd name" REFERENCES parents (c) ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE,
    code text UNIQUE,
    age int CHECK (age > 0) CHECK (age < 200),
    CHECK (a < b) NO INHERIT,
    CHECK ((a > 0) OR (b > 0)),
    CHECK (code <> ') AND (' AND code IN ('a', 'b')),
    UNIQUE (a, b) DEFERRABLE,
    FOREIGN KEY (b, a) REFERENCES parents (b, a) MATCH FULL ON DELETE SET DEFAULT,
    CONSTRAINT partial FOREIGN KEY (b, a) REFERENCES parents ON DELETE SET NULL
);
ALTER TABLE children ADD CONSTRAINT later CHECK (id <> 7) NOT VALID;
ALTER TABLE children ADD CONSTRAINT later_key FOREIGN KEY (age) REFERENCES children NOT VALID;
COMMENT ON CONSTRAINT "odd name" ON children IS 'it''s odd';
COMMENT ON CONSTRAINT children_pkey ON children IS 'the key';
COMMENT ON CONSTRAINT later ON children IS 'not yet';
CREATE TABLE late (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE bookings (
    room int, during tsrange, cancelled bool,
    EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (NOT cancelled) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT "NOT DEFERRABLE" EXCLUDE USING gist (int4range(room, room + 1) WITH &&)
);
CREATE TABLE circle_a (id int PRIMARY KEY, b int);
CREATE TABLE circle_b (id int PRIMARY KEY, c int);
CREATE TABLE circle_c (id int PRIMARY KEY, a int REFERENCES circle_a);
ALTER TABLE circle_a ADD FOREIGN KEY (b) REFERENCES circle_b;
ALTER TABLE circle_b ADD FOREIGN KEY (c) REFERENCES circle_c;
-- Two constraints of one name, which Postgres would number.
CREATE TABLE one (two_three int CONSTRAINT one_two_three_check CHECK (two_three > 0));
CREATE TABLE one_two (three int CONSTRAINT one_two_three_check CHECK (three > 0));
-- A key that refers to an index.
CREATE TABLE indexed (id int NOT NULL);
CREATE UNIQUE INDEX indexed_index ON indexed (id);
CREATE TABLE to_index (id int REFERENCES indexed (id));
