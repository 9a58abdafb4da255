-- Since Postgres 18: virtual columns, named NOT NULL constraints.
CREATE TABLE eighteen (
    id int CONSTRAINT "odd name" NOT NULL,
    twice int GENERATED ALWAYS AS (id * 2),
    thrice int GENERATED ALWAYS AS (id * 3) STORED
);
CREATE TABLE split (id int GENERATED ALWAYS AS IDENTITY, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE split_2020 PARTITION OF split FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
