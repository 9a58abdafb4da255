DROP INDEX CONCURRENTLY versions_published;
