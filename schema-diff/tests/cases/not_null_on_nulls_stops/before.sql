CREATE TABLE posts (id int PRIMARY KEY, a text);
INSERT INTO posts VALUES (1, NULL);
