CREATE TABLE t (id int PRIMARY KEY, label int NOT NULL UNIQUE, amount text NOT NULL);
INSERT INTO t VALUES (1, 7, 'seven'), (2, 8, 'eight');
