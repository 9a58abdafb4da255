ALTER TABLE posts ADD a text, ADD b bigint;
UPDATE posts SET a = 'n' || id, b = id * 2;
ALTER TABLE posts ALTER a SET NOT NULL, ALTER b SET NOT NULL;
