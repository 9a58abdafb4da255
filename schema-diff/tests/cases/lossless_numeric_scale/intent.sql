-- lossy
ALTER TABLE t ALTER n TYPE numeric(10,2), ALTER f TYPE int, ALTER d TYPE date;
