CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text NOT NULL, c jsonb NOT NULL);
INSERT INTO t VALUES (1, 1, 'one', '{"n": 1}');
