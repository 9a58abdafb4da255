-- lossy
ALTER TABLE t ALTER c TYPE int USING length(c), ALTER c SET NOT NULL;
