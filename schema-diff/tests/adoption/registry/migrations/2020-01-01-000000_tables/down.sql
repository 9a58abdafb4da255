DROP MATERIALIZED VIEW recent;
DROP VIEW default_versions;
DROP TABLE background_jobs, version_downloads, versions, crates, users;
DROP FUNCTION trigger_crates_name_search;
DROP TYPE trustpub_provider;
DROP DOMAIN semver_triple;
DROP EXTENSION pg_trgm;
