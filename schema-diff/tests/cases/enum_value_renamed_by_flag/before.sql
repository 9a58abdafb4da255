CREATE TYPE mood AS ENUM ('a', 'it''s; x', 'c');
CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'it''s; x', CHECK (m <> 'it''s; x' OR id > 0));
INSERT INTO t VALUES (1, 'it''s; x');
