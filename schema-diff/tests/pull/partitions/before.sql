-- Partition keys of every strategy; a column of a key whose length the file has to learn first.
CREATE TABLE by_list (
    foo varchar(20) NOT NULL DEFAULT 'x' CHECK (foo <> ''),
    id serial,
    note text DEFAULT lower('A'),
    PRIMARY KEY (foo, id),
    UNIQUE (foo, note)
) PARTITION BY LIST (foo);
CREATE TABLE by_list_ab PARTITION OF by_list FOR VALUES IN ('a', 'b');
CREATE TABLE by_list_rest PARTITION OF by_list DEFAULT;
CREATE INDEX ON by_list (lower(foo)) WHERE id > 3;
CREATE TABLE plain_list (foo varchar PRIMARY KEY) PARTITION BY LIST (foo);
CREATE TABLE by_range (
    id int NOT NULL,
    at timestamptz NOT NULL,
    "Weird x" text COLLATE "C" NOT NULL,
    amount numeric(8, 2) NOT NULL,
    PRIMARY KEY (id, at, "Weird x")
) PARTITION BY RANGE (at, "Weird x" COLLATE "C" text_pattern_ops);
CREATE TABLE by_range_all PARTITION OF by_range FOR VALUES FROM (MINVALUE, MINVALUE) TO (MAXVALUE, MAXVALUE);
CREATE TABLE by_hash (code char(4) PRIMARY KEY, n int) PARTITION BY HASH (code);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE said_wrongly (id int NOT NULL, kind varchar(8) NOT NULL, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
CREATE TABLE not_partitioned (id int PRIMARY KEY);
-- Parents by inheritance: the child's column has the length of its parent's.
CREATE TABLE parent (
    id serial PRIMARY KEY,
    name varchar(12) COLLATE "C" NOT NULL DEFAULT 'n' CHECK (name <> ''),
    code numeric(6, 1),
    many varchar(5)[] NOT NULL DEFAULT '{}'
);
CREATE TABLE child (own varchar(3), PRIMARY KEY (id)) INHERITS (parent);
ALTER TABLE child ALTER code SET DEFAULT 3, ALTER code SET NOT NULL;
