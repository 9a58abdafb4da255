CREATE TABLE posts (id int PRIMARY KEY, size text NOT NULL DEFAULT 'small' CHECK (size IN ('small', 'large')));
INSERT INTO posts VALUES (1, 'small'), (2, 'large');
