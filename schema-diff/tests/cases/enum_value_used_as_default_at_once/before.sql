CREATE TYPE mood AS ENUM ('a', 'c');
CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'a', CHECK (m <> 'c' OR id > 0));
CREATE VIEW v AS SELECT m FROM t WHERE m = 'a';
INSERT INTO t (id) VALUES (1);
