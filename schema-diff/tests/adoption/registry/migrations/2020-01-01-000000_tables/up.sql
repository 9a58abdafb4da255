CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE DOMAIN semver_triple AS numeric[] CHECK (cardinality(VALUE) = 3);
CREATE TYPE trustpub_provider AS ENUM ('github', 'gitlab');
CREATE TABLE users (
    id serial PRIMARY KEY,
    gh_login varchar NOT NULL,
    name varchar,
    gh_id integer NOT NULL,
    account_lock_until timestamptz DEFAULT NULL,
    is_admin bool DEFAULT false NOT NULL
);
COMMENT ON COLUMN users.is_admin IS 'Is the user an administrator?';
CREATE UNIQUE INDEX users_gh_id ON users (gh_id) WHERE gh_id > 0;
CREATE INDEX lower_gh_login ON users (lower(gh_login));
CREATE TABLE crates (
    id serial PRIMARY KEY,
    name varchar NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    description varchar,
    textsearchable_index_col tsvector NOT NULL,
    max_features smallint
);
COMMENT ON TABLE crates IS E'All crates.\n\n- with *text*';
CREATE UNIQUE INDEX index_crates_name ON crates (lower(name));
CREATE INDEX index_crates_name_tgrm ON crates USING gin (name gin_trgm_ops);
CREATE INDEX index_crates_search ON crates USING gin (textsearchable_index_col) WITH (fastupdate = off);
CREATE FUNCTION trigger_crates_name_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.textsearchable_index_col := setweight(to_tsvector('pg_catalog.english', coalesce(new.name, '')), 'A');
    RETURN new;
END
$$;
CREATE TRIGGER trigger_crates_tsvector_update BEFORE INSERT OR UPDATE OF updated_at ON crates FOR EACH ROW EXECUTE FUNCTION trigger_crates_name_search();
CREATE TABLE versions (
    id serial PRIMARY KEY,
    crate_id integer NOT NULL REFERENCES crates (id) ON DELETE CASCADE,
    num varchar NOT NULL,
    num_no_build varchar GENERATED ALWAYS AS (split_part(num, '+', 1)) STORED NOT NULL,
    semver_ord semver_triple,
    downloads integer NOT NULL DEFAULT 0,
    features jsonb NOT NULL DEFAULT '{}',
    provider trustpub_provider,
    published_by integer REFERENCES users (id),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (crate_id, num),
    CHECK (num <> '')
);
SELECT diesel_manage_updated_at('versions');
CREATE TABLE version_downloads (
    version_id integer NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    downloads integer NOT NULL DEFAULT 1,
    date date NOT NULL DEFAULT CURRENT_DATE,
    processed bool NOT NULL DEFAULT false,
    PRIMARY KEY (version_id, date)
) PARTITION BY RANGE (date);
CREATE TABLE version_downloads_default PARTITION OF version_downloads DEFAULT;
CREATE VIEW default_versions AS SELECT DISTINCT ON (crate_id) crate_id, id AS version_id FROM versions ORDER BY crate_id, num DESC;
CREATE MATERIALIZED VIEW recent AS SELECT version_id, sum(downloads) AS downloads FROM version_downloads GROUP BY version_id;
CREATE UNIQUE INDEX ON recent (version_id);
CREATE TABLE background_jobs (id bigserial PRIMARY KEY, job_type text NOT NULL, data jsonb NOT NULL);
