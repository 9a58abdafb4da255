-- What Diesel cannot model is referred to: tables without a primary key, a partition, a table of a schema that is not pulled.
CREATE TABLE codes (code text UNIQUE, v int);
CREATE TABLE "Key Less" ("Co de" text, n int);
CREATE UNIQUE INDEX ON "Key Less" ("Co de");
CREATE TABLE pairs (a int, b int, UNIQUE (a, b));
CREATE SCHEMA other;
CREATE TABLE other.codes (code text PRIMARY KEY);
CREATE TABLE whole (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE whole_1 PARTITION OF whole FOR VALUES FROM (1) TO (100);
CREATE TABLE known (id int PRIMARY KEY);
CREATE TABLE users (
    id int PRIMARY KEY,
    code text REFERENCES codes (code),
    "co-de" text REFERENCES "Key Less" ("Co de") ON DELETE SET NULL,
    a int,
    b int,
    elsewhere text REFERENCES other.codes,
    part int REFERENCES whole_1 (id),
    known int REFERENCES known,
    FOREIGN KEY (b, a) REFERENCES pairs (b, a)
);
