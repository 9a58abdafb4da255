CREATE TABLE pages (id int PRIMARY KEY, title text, body text, price numeric, scan bytea)
    WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE pages ALTER title SET STATISTICS 0, ALTER body SET STATISTICS 1000, ALTER body SET STORAGE MAIN,
    ALTER price SET STORAGE EXTENDED, ALTER scan SET STORAGE EXTERNAL,
    ALTER title SET (n_distinct = -.5), ALTER price SET (n_distinct = 7);
CREATE TABLE logs (id int NOT NULL, line text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
ALTER TABLE logs ALTER line SET STORAGE EXTERNAL;
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (1) TO (10);
CREATE TABLE old_pages (since date) INHERITS (pages);
