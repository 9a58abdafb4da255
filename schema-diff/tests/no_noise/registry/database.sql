-- A package registry: domains over domains, ranges, exclusions, partitions, sequences of all kinds.
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist;
CREATE EXTENSION unaccent;
CREATE EXTENSION cube;
CREATE EXTENSION fuzzystrmatch;
CREATE TYPE crate_kind AS ENUM ('lib', 'bin', 'proc-macro');
CREATE TYPE semver_triple AS (major numeric, minor numeric, teeny numeric);
CREATE TYPE version_range AS RANGE (subtype = int8, multirange_type_name = version_ranges);
CREATE DOMAIN email_address AS citext CHECK (VALUE ~ '@');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN small_positive AS positive NOT NULL DEFAULT 1 CHECK (VALUE < 1000);
CREATE DOMAIN tags AS text[] CHECK (cardinality(VALUE) < 10);
CREATE SEQUENCE shared_numbers AS bigint INCREMENT BY 2 START 11 CACHE 5;
CREATE SEQUENCE "Odd Sequence" AS smallint MAXVALUE 999 CYCLE;
CREATE COLLATION german (provider = icu, locale = 'de-u-co-phonebk');

CREATE FUNCTION canon_crate_name(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT replace(lower($1), '-', '_') $$;
CREATE FUNCTION to_semver(text) RETURNS semver_triple LANGUAGE sql IMMUTABLE AS $$
    SELECT (split_part($1, '.', 1)::numeric, split_part($1, '.', 2)::numeric, split_part($1, '.', 3)::numeric)::public.semver_triple $$;
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN NEW.updated_at := CURRENT_TIMESTAMP; END IF;
    RETURN NEW;
END $$;

CREATE TABLE users (
    id serial PRIMARY KEY,
    gh_access_token varchar NOT NULL,
    gh_login varchar NOT NULL,
    name varchar(120),
    gh_avatar varchar,
    gh_id int NOT NULL,
    account_lock_reason varchar,
    account_lock_until timestamp,
    is_admin boolean DEFAULT false NOT NULL,
    gh_encrypted_token bytea,
    sort_name text COLLATE german GENERATED ALWAYS AS (lower(gh_login)) STORED
);
CREATE UNIQUE INDEX users_gh_id ON users (gh_id) WHERE gh_id > 0;
CREATE INDEX lower_gh_login ON users (lower(gh_login));
CREATE INDEX users_sort ON users (sort_name, id);
CREATE TABLE emails (
    id serial PRIMARY KEY,
    user_id int NOT NULL UNIQUE REFERENCES users,
    email email_address NOT NULL,
    verified boolean NOT NULL DEFAULT false,
    token text NOT NULL DEFAULT md5(random()::text),
    token_generated_at timestamp,
    nick citext UNIQUE
);
CREATE TABLE crates (
    id serial PRIMARY KEY,
    name varchar NOT NULL,
    updated_at timestamp NOT NULL DEFAULT now(),
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    description varchar,
    homepage varchar,
    documentation varchar,
    textsearchable_index_col tsvector NOT NULL,
    repository varchar,
    max_upload_size integer,
    max_features smallint CONSTRAINT crates_max_features CHECK (max_features BETWEEN 0 AND 300),
    kind crate_kind NOT NULL DEFAULT 'lib',
    kinds crate_kind[] DEFAULT ARRAY['lib', 'bin']::crate_kind[],
    limits small_positive
);
CREATE UNIQUE INDEX index_crate_name ON crates (canon_crate_name(name::text));
CREATE INDEX index_crates_text ON crates USING gin (textsearchable_index_col);
CREATE INDEX index_crates_downloads ON crates (updated_at DESC) INCLUDE (name, description) WITH (fillfactor = 80, deduplicate_items = off);
CREATE FUNCTION trigger_crates_name_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.textsearchable_index_col := setweight(to_tsvector('pg_catalog.english', coalesce(NEW.name, '')), 'A');
    RETURN NEW;
END $$;
CREATE TRIGGER trigger_crates_tsvector_update BEFORE INSERT OR UPDATE OF name, description ON crates
    FOR EACH ROW EXECUTE FUNCTION trigger_crates_name_search();
CREATE TRIGGER trigger_crates_set_updated_at BEFORE UPDATE ON crates FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_updated_at();
CREATE TABLE versions (
    id serial PRIMARY KEY,
    crate_id int NOT NULL,
    num varchar NOT NULL,
    updated_at timestamp NOT NULL DEFAULT now(),
    created_at timestamp NOT NULL DEFAULT now(),
    downloads int NOT NULL DEFAULT 0,
    features jsonb NOT NULL DEFAULT '{}'::jsonb,
    yanked boolean NOT NULL DEFAULT false,
    license varchar,
    crate_size int NOT NULL,
    published_by int REFERENCES users,
    checksum char(64) NOT NULL,
    links varchar,
    rust_version varchar,
    has_lib boolean,
    bin_names text[],
    edition text,
    semver_ord jsonb,
    num_no_build varchar GENERATED ALWAYS AS (split_part(num, '+', 1)) STORED,
    supported version_range,
    all_supported version_ranges,
    CONSTRAINT fk_versions_crate_id FOREIGN KEY (crate_id) REFERENCES crates (id) ON DELETE CASCADE,
    CONSTRAINT unique_num UNIQUE (crate_id, num)
);
ALTER TABLE versions ADD UNIQUE NULLS NOT DISTINCT (crate_id, num_no_build, license);
CREATE INDEX index_versions_crate_id ON versions (crate_id);
CREATE INDEX versions_semver ON versions (crate_id, to_semver(num::text)) WHERE num ~ '^\d+\.\d+\.\d+$';
CREATE STATISTICS versions_stats (dependencies, ndistinct) ON crate_id, license FROM versions;
CREATE TABLE version_downloads (
    version_id int NOT NULL REFERENCES versions ON DELETE CASCADE,
    downloads int NOT NULL DEFAULT 1,
    counted int NOT NULL DEFAULT 0,
    date date NOT NULL DEFAULT CURRENT_DATE,
    processed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (version_id, date)
) PARTITION BY RANGE (date);
CREATE INDEX version_downloads_not_processed ON version_downloads (processed) WHERE processed = false;
CREATE TABLE version_downloads_pre PARTITION OF version_downloads FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE version_downloads_2020 PARTITION OF version_downloads FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY HASH (version_id);
CREATE TABLE version_downloads_2020_0 PARTITION OF version_downloads_2020 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE version_downloads_2020_1 PARTITION OF version_downloads_2020 FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (fillfactor = 50);
CREATE TABLE version_downloads_default PARTITION OF version_downloads DEFAULT;
CREATE TABLE crate_downloads (crate_id int PRIMARY KEY REFERENCES crates ON DELETE CASCADE, downloads int8 DEFAULT 0 NOT NULL);
CREATE TABLE crate_owners (
    crate_id int NOT NULL REFERENCES crates ON DELETE CASCADE,
    owner_id int NOT NULL,
    created_at timestamp NOT NULL DEFAULT now(),
    created_by int REFERENCES users,
    deleted boolean NOT NULL DEFAULT false,
    updated_at timestamp NOT NULL DEFAULT now(),
    owner_kind int NOT NULL,
    PRIMARY KEY (crate_id, owner_id, owner_kind)
);
CREATE INDEX index_crate_owners_not_deleted ON crate_owners (owner_id, owner_kind) WHERE deleted = false;
CREATE TABLE crate_owner_invitations (
    invited_user_id int NOT NULL, invited_by_user_id int NOT NULL REFERENCES users, crate_id int NOT NULL REFERENCES crates ON DELETE CASCADE,
    created_at timestamp NOT NULL DEFAULT now(), token text NOT NULL DEFAULT md5(random()::text),
    CONSTRAINT crate_owner_invitations_pkey1 PRIMARY KEY (invited_user_id, crate_id)
);
ALTER TABLE crate_owner_invitations ADD FOREIGN KEY (invited_user_id) REFERENCES users MATCH FULL DEFERRABLE;
CREATE TABLE keywords (id serial PRIMARY KEY, keyword text NOT NULL UNIQUE, crates_cnt int NOT NULL DEFAULT 0, created_at timestamp NOT NULL DEFAULT now());
CREATE TABLE crates_keywords (crate_id int NOT NULL REFERENCES crates ON DELETE CASCADE, keyword_id int NOT NULL REFERENCES keywords, PRIMARY KEY (crate_id, keyword_id));
CREATE TABLE categories (
    id serial PRIMARY KEY, category varchar NOT NULL UNIQUE, slug varchar NOT NULL CONSTRAINT unique_slug UNIQUE,
    description varchar NOT NULL DEFAULT ''::varchar, crates_cnt int NOT NULL DEFAULT 0, path text NOT NULL, place point, shape polygon, at cube
);
CREATE INDEX categories_place ON categories USING spgist (place);
CREATE TABLE crates_categories (crate_id int NOT NULL REFERENCES crates ON DELETE CASCADE, category_id int NOT NULL REFERENCES categories ON DELETE CASCADE, PRIMARY KEY (crate_id, category_id));
CREATE TABLE badges (crate_id int NOT NULL REFERENCES crates, badge_type varchar NOT NULL, attributes jsonb NOT NULL, PRIMARY KEY (crate_id, badge_type));
CREATE INDEX badges_attributes ON badges USING gin (attributes jsonb_path_ops);
CREATE TABLE dependencies (
    id int NOT NULL DEFAULT nextval('shared_numbers') PRIMARY KEY,
    version_id int NOT NULL REFERENCES versions ON DELETE CASCADE,
    crate_id int NOT NULL REFERENCES crates,
    req varchar NOT NULL, optional boolean NOT NULL, default_features boolean NOT NULL, features text[] NOT NULL,
    target varchar, kind int NOT NULL DEFAULT 0, explicit_name varchar
);
CREATE TABLE reserved_numbers (id bigint DEFAULT nextval('shared_numbers') PRIMARY KEY, small smallint DEFAULT nextval('"Odd Sequence"'));
ALTER SEQUENCE "Odd Sequence" OWNED BY reserved_numbers.small;
CREATE TABLE follows (user_id int NOT NULL REFERENCES users, crate_id int NOT NULL REFERENCES crates, PRIMARY KEY (user_id, crate_id));
CREATE TABLE metadata (total_downloads int8 NOT NULL) WITH (fillfactor = 10);
ALTER TABLE metadata ADD PRIMARY KEY (total_downloads);
CREATE TABLE no_key_log (at timestamptz DEFAULT clock_timestamp(), line text);
CREATE TABLE no_key_unique (a int NOT NULL UNIQUE, b text);
CREATE TABLE readme_renderings (version_id int PRIMARY KEY REFERENCES versions, rendered_at timestamp);
CREATE TABLE reserved_crate_names (name text PRIMARY KEY);
CREATE UNIQUE INDEX reserved_canon ON reserved_crate_names (canon_crate_name(name));
CREATE TABLE teams (id serial PRIMARY KEY, login varchar NOT NULL UNIQUE, github_id int NOT NULL UNIQUE, name varchar, avatar varchar, org_id int NOT NULL);
CREATE TABLE api_tokens (
    id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, token bytea NOT NULL, name varchar NOT NULL, created_at timestamp NOT NULL DEFAULT now(),
    last_used_at timestamp, revoked boolean NOT NULL DEFAULT false, crate_scopes text[], endpoint_scopes text[], expired_at timestamp(0) without time zone
);
CREATE UNIQUE INDEX api_tokens_token ON api_tokens (token);
CREATE TABLE background_jobs (
    id bigserial PRIMARY KEY, job_type text NOT NULL, data jsonb NOT NULL, retries int NOT NULL DEFAULT 0,
    last_retry timestamp NOT NULL DEFAULT '1970-01-01 00:00:00'::timestamp, created_at timestamp NOT NULL DEFAULT now(), priority smallint NOT NULL DEFAULT 0
);
CREATE TABLE bookings (
    id int GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME bookings_numbers MINVALUE -5 START WITH -5 CYCLE MAXVALUE 100000) PRIMARY KEY,
    room int NOT NULL, during tstzrange NOT NULL, days daterange, prices nummultirange,
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0) DEFERRABLE INITIALLY DEFERRED,
    EXCLUDE USING gist (days WITH &&)
);
CREATE TABLE all_the_types (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), a bit, b bit(8), c bit varying(5), d varbit, e char(7), f "char", g money, h oid, i pg_lsn, j inet, k cidr, l macaddr, m macaddr8,
    n numeric(12,4), o numeric, p numeric(5), q time(2), r timetz, s interval day to second(3), t interval, u timestamp(3), v timestamptz(6), w date, x bytea, y float4, z real[],
    aa json, ab jsonb[], ac text[][], ad varchar(12)[], ae numeric(6,2)[], af name, ag int4range, ah int8multirange, ai tags, aj positive[], ak semver_triple, al semver_triple[], am timestamptz(3)[],
    an inet[], ao uuid[], ap bool[], aq daterange[], ar xid8, at2 smallint, au citext[], av email_address[], aw bpchar, ax varchar
);
CREATE TABLE recent_crate_downloads_base (a int, b int, CONSTRAINT rcdb PRIMARY KEY (b, a));
CREATE TABLE default_versions (crate_id int PRIMARY KEY REFERENCES crates ON DELETE CASCADE, version_id int NOT NULL UNIQUE, num_versions positive, FOREIGN KEY (version_id) REFERENCES versions DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE deleted_crates (id serial PRIMARY KEY, name varchar NOT NULL, deleted_by int REFERENCES users ON DELETE SET NULL, available_at timestamptz NOT NULL DEFAULT now() + '24:00:00'::interval);
CREATE TABLE processed_log_files (path varchar PRIMARY KEY, time timestamptz NOT NULL DEFAULT now());
CREATE TABLE publish_limit_buckets (user_id int NOT NULL REFERENCES users, tokens int NOT NULL, last_refill timestamp NOT NULL, action int NOT NULL, PRIMARY KEY (user_id, action));
CREATE TABLE publish_rate_overrides (user_id int NOT NULL REFERENCES users, burst int NOT NULL, expires_at timestamp, action int NOT NULL, PRIMARY KEY (user_id, action));
CREATE TABLE table_ ("table" int PRIMARY KEY, table_ int, columns int, "self" text, "crate" text, "async" bool, "__private" int);
CREATE TABLE version_owner_actions (id serial PRIMARY KEY, version_id int NOT NULL REFERENCES versions ON DELETE CASCADE, user_id int NOT NULL REFERENCES users, api_token_id int REFERENCES api_tokens, action int NOT NULL, time timestamp NOT NULL DEFAULT now());
CREATE TABLE a_table_whose_name_is_as_long_as_postgres_allows_names_to_bexx (a_column_whose_name_is_as_long_as_postgres_allows_names_to_bexx int PRIMARY KEY, other_column_name_which_is_long_as_well_to_clash_in_default int UNIQUE);

CREATE MATERIALIZED VIEW recent_crate_downloads AS
    SELECT crate_id, SUM(version_downloads.downloads) AS downloads FROM version_downloads INNER JOIN versions ON version_downloads.version_id = versions.id
    WHERE version_downloads.date > date(CURRENT_TIMESTAMP - INTERVAL '90 days') GROUP BY crate_id;
CREATE UNIQUE INDEX recent_crate_downloads_crate_id ON recent_crate_downloads (crate_id);
CREATE VIEW crate_versions AS SELECT c.*, v.num, v.downloads AS version_downloads FROM crates c JOIN versions v ON v.crate_id = c.id;
CREATE VIEW active_tokens WITH (security_barrier) AS SELECT * FROM api_tokens WHERE NOT revoked WITH LOCAL CHECK OPTION;

CREATE TABLE trustpub_configs_github (id serial PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), crate_id int NOT NULL REFERENCES crates ON DELETE CASCADE, repository_owner varchar NOT NULL, repository_owner_id int NOT NULL, repository_name varchar NOT NULL, workflow_filename varchar NOT NULL, environment varchar);
COMMENT ON COLUMN trustpub_configs_github.environment IS 'NULL: any';
CREATE TABLE trustpub_tokens (id bigserial PRIMARY KEY, expires_at timestamptz NOT NULL, hashed_token bytea NOT NULL UNIQUE, crate_ids int[] NOT NULL, trustpub_data jsonb);
CREATE INDEX trustpub_tokens_crates ON trustpub_tokens USING gin (crate_ids);
CREATE TABLE cloudfront_invalidations (id bigserial PRIMARY KEY, path text NOT NULL, created_at timestamptz DEFAULT statement_timestamp() NOT NULL);
CREATE TABLE git_index_sync_queue (crate_name text PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now() - interval '1 hour 30 minutes');
CREATE TABLE oauth_github (user_id int PRIMARY KEY REFERENCES users ON DELETE CASCADE, account_id bigint NOT NULL, login varchar COLLATE german NOT NULL, encrypted_token bytea);
CREATE INDEX oauth_github_login ON oauth_github (login COLLATE "C" DESC NULLS LAST, lower(login::text) COLLATE german);
CREATE TABLE processed_numbers (n numeric(30,10) PRIMARY KEY DEFAULT 1e10, neg int DEFAULT -1, big bigint DEFAULT -9223372036854775808, tiny float8 DEFAULT 1e-300, yes bool DEFAULT 'yes', t text DEFAULT E'tab\tquote''back\\', u text DEFAULT U&'\00e4', nothing text DEFAULT NULL, arr int[] DEFAULT '{{1,2},{3,4}}', iv interval DEFAULT '1 mon -1 day');
CREATE TABLE semver_pins (crate_id int, pin semver_triple NOT NULL DEFAULT '(1,0,0)', allowed version_range DEFAULT 'empty', many version_ranges DEFAULT '{}', PRIMARY KEY (crate_id), CHECK ((pin).major >= 0));
CREATE TABLE upload_chunks (upload uuid NOT NULL, part smallint NOT NULL, at timestamptz NOT NULL, body bytea, PRIMARY KEY (upload, part, at)) PARTITION BY RANGE (at, part);
CREATE TABLE upload_chunks_2025 PARTITION OF upload_chunks FOR VALUES FROM ('2025-01-01', MINVALUE) TO ('2026-01-01', MINVALUE);
CREATE TABLE upload_chunks_default PARTITION OF upload_chunks DEFAULT;
CREATE TABLE mirrors (id int GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME "mirror Numbers"), url text, CONSTRAINT "mirrors: key" PRIMARY KEY (id), CONSTRAINT "mirrors: url" UNIQUE (url));
CREATE TABLE mirror_checks (mirror int, at timestamp DEFAULT LOCALTIMESTAMP, ok bool, CONSTRAINT "a/b" PRIMARY KEY (mirror, at), CONSTRAINT "c d" FOREIGN KEY (mirror) REFERENCES mirrors);
CREATE TABLE score_parts (a int NOT NULL, b int NOT NULL, total int GENERATED ALWAYS AS (a + b) STORED, rank_ int GENERATED ALWAYS AS (CASE WHEN a > b THEN a ELSE b END) STORED, PRIMARY KEY (a, b));
CREATE INDEX ON score_parts (total, rank_);
CREATE INDEX ON score_parts ((a + b));
CREATE INDEX ON score_parts ((a - b), (a * b) DESC);
CREATE TABLE holders (id int PRIMARY KEY, crate_row crates, pins semver_triple[], mood crate_kind DEFAULT 'bin', moods crate_kind[] DEFAULT ARRAY['lib'::crate_kind, 'proc-macro']);
CREATE INDEX ON holders (mood) WHERE mood = ANY ('{lib,bin}'::crate_kind[]);
CREATE FUNCTION secret_number() RETURNS int LANGUAGE sql STABLE AS $$ SELECT 42 $$;
CREATE TABLE numbers_of_the_day (day date PRIMARY KEY DEFAULT CURRENT_DATE + 1, n int DEFAULT secret_number(), who name DEFAULT SESSION_USER, what text DEFAULT current_setting('server_version'));
ALTER TABLE numbers_of_the_day OWNER TO CURRENT_USER;
CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
CREATE VIEW mirror_state AS SELECT DISTINCT ON (m.id) m.id, m.url, c.ok FROM mirrors m LEFT JOIN mirror_checks c ON c.mirror = m.id ORDER BY m.id, c.at DESC;
CREATE MATERIALIZED VIEW score_totals AS SELECT a, sum(total) AS total FROM score_parts GROUP BY a WITH NO DATA;

INSERT INTO users (gh_access_token, gh_login, gh_id) SELECT 't', 'Login' || i, i FROM generate_series(1, 4) i;
INSERT INTO crates (name, limits) VALUES ('serde', 5), ('Rand-core', 6), ('tokio', 7);
INSERT INTO versions (crate_id, num, crate_size, published_by, checksum, license) SELECT c.id, i || '.0.0', 10, 1, 'abc', 'MIT' FROM crates c, generate_series(1, 3) i;
INSERT INTO version_downloads (version_id, date) SELECT id, d FROM versions, (VALUES ('2019-05-05'::date), ('2020-05-05'), ('2026-01-01')) x(d);
INSERT INTO emails (user_id, email) SELECT id, gh_login || '@x' FROM users;
INSERT INTO dependencies (version_id, crate_id, req, optional, default_features, features) SELECT id, 1, '^1', false, true, '{a,b}' FROM versions;
INSERT INTO crate_owners (crate_id, owner_id, owner_kind) SELECT id, 1, 0 FROM crates;
INSERT INTO bookings (room, during, days) SELECT i, '[2026-01-01,2026-01-02)', daterange('2026-01-01'::date + i, '2026-01-02'::date + i) FROM generate_series(1, 3) i;
INSERT INTO keywords (keyword) VALUES ('a'), ('b');
INSERT INTO crates_keywords SELECT c.id, k.id FROM crates c, keywords k;
INSERT INTO all_the_types (n, e, u, ae) VALUES (1.5, 'x', now(), '{1.25}');
INSERT INTO table_ VALUES (1, 2, 3, 's', 'c', true, 4);
INSERT INTO mirrors (url) VALUES ('a'), ('b');
INSERT INTO mirror_checks (mirror, ok) SELECT id, true FROM mirrors;
INSERT INTO score_parts (a, b) VALUES (1, 2), (3, 4);
INSERT INTO processed_numbers DEFAULT VALUES;
INSERT INTO holders VALUES (1, NULL, '{"(1,2,3)"}');
