CREATE TABLE a (x int, y text, PRIMARY KEY (x, y));
CREATE TABLE c (id int PRIMARY KEY, x int, y text);
INSERT INTO a VALUES (1, 'k'); INSERT INTO c VALUES (1, 1, 'k'), (2, NULL, NULL);
