CREATE TYPE mood AS ENUM ('good', 'bad', 'so so');
CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'bad', CHECK (m <> 'good' OR id > 0));
INSERT INTO t VALUES (1, 'good'), (2, 'bad');
