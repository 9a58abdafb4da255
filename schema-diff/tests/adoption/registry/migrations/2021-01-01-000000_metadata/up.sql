CREATE INDEX CONCURRENTLY versions_published ON versions (published_by) WHERE published_by IS NOT NULL;
