CREATE TABLE a (id serial PRIMARY KEY, x text NOT NULL);
CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, y int UNIQUE);
INSERT INTO a (x) VALUES ('one'), ('two');
INSERT INTO b VALUES (10, 1, 5), (11, 2, NULL);
