CREATE TABLE posts (id int PRIMARY KEY, title varchar(20) NOT NULL DEFAULT 'x' CHECK (title <> ''), views int, old text, at timestamp);
CREATE INDEX ON posts (lower(title)) WHERE views > 3;
INSERT INTO posts VALUES (1, 'a', 5, 'gone', '2026-01-02 03:04:05'), (2, 'b', NULL, NULL, NULL);
