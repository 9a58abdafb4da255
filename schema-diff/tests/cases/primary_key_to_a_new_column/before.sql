CREATE TABLE a (code text PRIMARY KEY);
INSERT INTO a VALUES ('x'), ('y');
