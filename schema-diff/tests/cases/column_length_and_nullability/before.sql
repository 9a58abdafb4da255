CREATE TABLE posts (id int PRIMARY KEY, a varchar(10) NOT NULL, b varchar(50), c char(3), d text NOT NULL);
INSERT INTO posts VALUES (1, 'a', 'b', 'c', 'd');
