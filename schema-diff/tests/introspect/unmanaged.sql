-- Next to what is left alone.
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION hstore;
CREATE SCHEMA cubes;
CREATE EXTENSION cube SCHEMA cubes;
CREATE EXTENSION earthdistance SCHEMA cubes;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE remote (id int, name varchar(5)) SERVER elsewhere;
CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now());
CREATE TABLE local (id int PRIMARY KEY, h hstore DEFAULT ''::hstore, c cubes.cube, at cubes.earth, CHECK (h ? 'a'));
CREATE INDEX ON local USING gist (c);
CREATE VIEW last_migration AS SELECT max(version) AS version FROM __diesel_schema_migrations;
CREATE VIEW joined AS SELECT l.id, r.name, l.h FROM local l JOIN remote r USING (id);
