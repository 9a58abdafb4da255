-- lossy
UPDATE posts SET a = 'none; -- "x" $$' WHERE a IS NULL;
ALTER TABLE posts ALTER a SET NOT NULL;
