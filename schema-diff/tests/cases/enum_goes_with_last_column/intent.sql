-- lossy
ALTER TABLE t DROP m, DROP k; DROP TYPE mood;
