-- A federated link aggregator: replaceable functions in a schema of their own, triggers everywhere, ltree, trigrams.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'forum_web') THEN CREATE ROLE forum_web; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'forum web ro') THEN CREATE ROLE "forum web ro"; END IF;
END $$;
CREATE EXTENSION ltree;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION hstore;
CREATE EXTENSION btree_gin;
CREATE SCHEMA r;
CREATE SCHEMA utils;

CREATE TYPE listing_type_enum AS ENUM ('All', 'Local', 'Subscribed', 'ModeratorView');
CREATE TYPE sort_type_enum AS ENUM ('Active', 'Hot', 'New', 'TopDay', 'it''s "odd"', 'Très long');
CREATE TYPE subscribe_state AS ENUM ('accepted', 'pending', 'approval_required');
CREATE TYPE actor_type AS ENUM ('site', 'community', 'person');
CREATE TYPE r.actor_type AS ENUM ('bot', 'human');
CREATE DOMAIN utils.non_empty AS text CHECK (VALUE <> '');
CREATE DOMAIN utils.slug AS utils.non_empty CONSTRAINT slug_chars CHECK (VALUE ~ '^[a-z0-9_]+$');

CREATE FUNCTION r.generate_id() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'https://local/' || gen_random_uuid() $$;
CREATE FUNCTION r.hot_rank(score numeric, published timestamptz) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN log(greatest(2, score + 2)) / 1.5;
CREATE FUNCTION r.controversy_rank(upvotes numeric, downvotes numeric) RETURNS double precision LANGUAGE sql IMMUTABLE
    AS $$ SELECT CASE WHEN downvotes <= 0 OR upvotes <= 0 THEN 0 ELSE (upvotes + downvotes)::float END $$;
CREATE FUNCTION r.drop_ccnew() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 0; END $$;

CREATE TABLE instance (
    id serial PRIMARY KEY,
    domain varchar(255) NOT NULL UNIQUE,
    published timestamptz NOT NULL DEFAULT now(),
    updated timestamptz,
    software varchar(255),
    version varchar(255)
);
CREATE TABLE site (
    id serial PRIMARY KEY,
    name varchar(20) NOT NULL,
    sidebar text,
    published timestamptz NOT NULL DEFAULT now(),
    icon text,
    actor_id varchar(255) NOT NULL UNIQUE DEFAULT r.generate_id(),
    last_refreshed_at timestamptz NOT NULL DEFAULT now(),
    inbox_url varchar(255) NOT NULL DEFAULT r.generate_id(),
    private_key text,
    public_key text NOT NULL,
    instance_id int NOT NULL UNIQUE REFERENCES instance ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE language (id serial PRIMARY KEY, code varchar(3), name text);
CREATE TABLE person (
    id serial PRIMARY KEY,
    name varchar(255) NOT NULL,
    display_name varchar(255),
    avatar text,
    banned boolean NOT NULL DEFAULT false,
    published timestamptz DEFAULT now() NOT NULL,
    actor_id varchar(255) NOT NULL DEFAULT r.generate_id(),
    bio text,
    local boolean DEFAULT true NOT NULL,
    private_key text,
    public_key text NOT NULL,
    deleted boolean NOT NULL DEFAULT false,
    matrix_user_id text,
    ban_expires timestamptz(3),
    instance_id integer NOT NULL REFERENCES instance ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE UNIQUE INDEX idx_person_lower_actor_id ON person (lower(actor_id));
CREATE UNIQUE INDEX idx_person_actor_id ON person (actor_id) INCLUDE (name);
CREATE INDEX idx_person_trigram ON person USING gin (name gin_trgm_ops, display_name gin_trgm_ops);
CREATE INDEX idx_person_published ON person (published DESC NULLS LAST, id) WHERE NOT deleted AND local;
COMMENT ON TABLE person IS 'Everybody, here and elsewhere.';
COMMENT ON COLUMN person.ban_expires IS 'NULL: for ever
(or not at all)';
CREATE TABLE local_user (
    id serial PRIMARY KEY,
    person_id int NOT NULL UNIQUE REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    password_encrypted text NOT NULL,
    email text UNIQUE,
    show_nsfw boolean NOT NULL DEFAULT false,
    theme text NOT NULL DEFAULT 'browser'::text,
    default_sort_type sort_type_enum NOT NULL DEFAULT 'Active',
    default_listing_type listing_type_enum NOT NULL DEFAULT 'Local',
    recent listing_type_enum[] NOT NULL DEFAULT '{All,Local}',
    interface_language varchar(20) NOT NULL DEFAULT 'browser',
    validator_time timestamptz NOT NULL DEFAULT now(),
    totp_2fa_secret text,
    blur interval minute NOT NULL DEFAULT '5 min',
    settings hstore,
    CONSTRAINT local_user_email_check CHECK (email IS NULL OR position('@' in email) > 1)
);
CREATE UNIQUE INDEX idx_local_user_lower_email ON local_user (lower(email));
CREATE TABLE local_user_language (
    local_user_id int NOT NULL REFERENCES local_user ON DELETE CASCADE,
    language_id int NOT NULL REFERENCES language,
    PRIMARY KEY (local_user_id, language_id)
);
CREATE TABLE community (
    id serial PRIMARY KEY,
    name utils.slug NOT NULL,
    title varchar(255) NOT NULL,
    description text,
    removed boolean NOT NULL DEFAULT false,
    published timestamptz NOT NULL DEFAULT now(),
    nsfw boolean NOT NULL DEFAULT false,
    actor_id varchar(255) NOT NULL UNIQUE DEFAULT r.generate_id(),
    local boolean NOT NULL DEFAULT true,
    posting_restricted_to_mods boolean NOT NULL DEFAULT false,
    instance_id int NOT NULL REFERENCES instance ON UPDATE CASCADE ON DELETE CASCADE,
    moderators_url varchar(255),
    featured_url varchar(255)
);
CREATE UNIQUE INDEX idx_community_moderators ON community (moderators_url);
CREATE INDEX idx_community_lower_name ON community (lower(name::text) varchar_pattern_ops);
CREATE INDEX idx_community_title ON community USING gist (title gist_trgm_ops (siglen = 32));
CREATE TABLE community_aggregates (
    community_id int PRIMARY KEY REFERENCES community ON UPDATE CASCADE ON DELETE CASCADE,
    subscribers bigint NOT NULL DEFAULT 0,
    posts bigint NOT NULL DEFAULT 0,
    comments bigint NOT NULL DEFAULT 0,
    published timestamptz NOT NULL DEFAULT now(),
    hot_rank double precision NOT NULL DEFAULT 0.0001
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX idx_community_aggregates_hot ON community_aggregates (hot_rank DESC);
CREATE TABLE community_follower (
    community_id int NOT NULL REFERENCES community ON UPDATE CASCADE ON DELETE CASCADE,
    person_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    published timestamptz NOT NULL DEFAULT now(),
    state subscribe_state NOT NULL,
    approver_id int REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY (person_id, community_id)
);
CREATE INDEX idx_community_follower_published ON community_follower (published);
CREATE TABLE community_moderator (
    community_id int NOT NULL REFERENCES community ON UPDATE CASCADE ON DELETE CASCADE,
    person_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    published timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT "the key" PRIMARY KEY (person_id, community_id)
);
CREATE TABLE community_language (
    community_id int NOT NULL REFERENCES community,
    language_id int NOT NULL REFERENCES language,
    PRIMARY KEY (community_id, language_id) INCLUDE (language_id)
);
CREATE TABLE post (
    id serial PRIMARY KEY,
    name varchar(200) NOT NULL,
    url varchar(512),
    body text,
    creator_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    community_id int NOT NULL REFERENCES community ON UPDATE CASCADE ON DELETE CASCADE,
    removed boolean NOT NULL DEFAULT false,
    locked boolean NOT NULL DEFAULT false,
    published timestamptz NOT NULL DEFAULT now(),
    nsfw boolean NOT NULL DEFAULT false,
    ap_id varchar(255) NOT NULL DEFAULT r.generate_id(),
    language_id int NOT NULL DEFAULT 0 REFERENCES language ON DELETE SET DEFAULT,
    alt_text text,
    search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple', name), 'A') || to_tsvector('simple', coalesce(body, ''))) STORED,
    CONSTRAINT idx_post_ap_id UNIQUE (ap_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX idx_post_search ON post USING gin (search);
CREATE INDEX idx_post_creator ON post (creator_id);
CREATE INDEX idx_post_url ON post USING hash (url);
CREATE INDEX idx_post_trigram ON post USING gin (name gin_trgm_ops, body gin_trgm_ops, alt_text gin_trgm_ops);
ALTER TABLE post ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE post ALTER COLUMN name SET STATISTICS 500;
CREATE TABLE post_aggregates (
    post_id int PRIMARY KEY REFERENCES post ON UPDATE CASCADE ON DELETE CASCADE,
    comments bigint NOT NULL DEFAULT 0,
    score bigint NOT NULL DEFAULT 0,
    upvotes bigint NOT NULL DEFAULT 0,
    downvotes bigint NOT NULL DEFAULT 0,
    published timestamptz NOT NULL DEFAULT now(),
    featured boolean NOT NULL DEFAULT false,
    hot_rank double precision NOT NULL DEFAULT r.hot_rank(0, '2020-01-01 00:00:00+00'),
    community_id int NOT NULL REFERENCES community,
    creator_id int NOT NULL REFERENCES person,
    controversy_rank double precision GENERATED ALWAYS AS (r.controversy_rank(upvotes::numeric, downvotes::numeric)) STORED
);
CREATE INDEX idx_post_aggregates_hot ON post_aggregates (community_id, featured DESC, hot_rank DESC, published DESC);
CREATE INDEX idx_post_aggregates_zero ON post_aggregates (published DESC) WHERE hot_rank <> 0;
CREATE TABLE post_like (
    post_id int NOT NULL REFERENCES post ON DELETE CASCADE,
    person_id int NOT NULL REFERENCES person ON DELETE CASCADE,
    score smallint NOT NULL CHECK (score IN (-1, 1)),
    published timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, post_id)
);
CREATE TABLE post_read (post_id int NOT NULL REFERENCES post, person_id int NOT NULL REFERENCES person, PRIMARY KEY (person_id, post_id));
CREATE TABLE post_saved (post_id int REFERENCES post, person_id int REFERENCES person, published timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (person_id, post_id));
CREATE TABLE post_report (
    id serial PRIMARY KEY,
    creator_id int NOT NULL REFERENCES person,
    post_id int NOT NULL REFERENCES post,
    reason text NOT NULL,
    resolved bool NOT NULL DEFAULT false,
    resolver_id int REFERENCES person,
    UNIQUE (post_id, creator_id)
);
CREATE TABLE comment (
    id serial PRIMARY KEY,
    creator_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    post_id int NOT NULL REFERENCES post ON UPDATE CASCADE ON DELETE CASCADE,
    content text NOT NULL,
    removed boolean NOT NULL DEFAULT false,
    published timestamptz NOT NULL DEFAULT now(),
    ap_id varchar(255) NOT NULL UNIQUE DEFAULT r.generate_id(),
    path ltree NOT NULL DEFAULT '0',
    distinguished boolean NOT NULL DEFAULT false,
    language_id int NOT NULL DEFAULT 0 REFERENCES language
);
CREATE INDEX idx_path_gist ON comment USING gist (path);
CREATE INDEX idx_comment_content ON comment USING gin (content gin_trgm_ops);
CREATE INDEX idx_comment_depth ON comment (nlevel(path), (subpath(path, 0, 1)));
CREATE TABLE comment_aggregates (
    comment_id int PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
    score bigint NOT NULL DEFAULT 0,
    child_count int NOT NULL DEFAULT 0,
    published timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE comment_like (
    comment_id int NOT NULL REFERENCES comment ON DELETE CASCADE,
    person_id int NOT NULL REFERENCES person ON DELETE CASCADE,
    score smallint NOT NULL,
    PRIMARY KEY (person_id, comment_id)
);
CREATE TABLE comment_reply (
    id serial PRIMARY KEY,
    recipient_id int NOT NULL REFERENCES person,
    comment_id int NOT NULL REFERENCES comment,
    read boolean NOT NULL DEFAULT false,
    UNIQUE (recipient_id, comment_id)
);
CREATE TABLE private_message (
    id serial PRIMARY KEY,
    creator_id int NOT NULL REFERENCES person,
    recipient_id int NOT NULL REFERENCES person,
    content text NOT NULL,
    deleted boolean NOT NULL DEFAULT false,
    CONSTRAINT "not to oneself" CHECK (creator_id <> recipient_id) NOT VALID
);
ALTER TABLE private_message ENABLE ROW LEVEL SECURITY;
ALTER TABLE private_message FORCE ROW LEVEL SECURITY;
CREATE POLICY own_messages ON private_message FOR SELECT TO forum_web, "forum web ro"
    USING (recipient_id = current_setting('app.person')::int OR creator_id = current_setting('app.person')::int);
CREATE POLICY write_messages ON private_message AS RESTRICTIVE FOR INSERT TO forum_web
    WITH CHECK (EXISTS (SELECT 1 FROM person p WHERE p.id = creator_id AND NOT p.banned));
GRANT SELECT, INSERT ON private_message TO forum_web;
GRANT SELECT (id, content) ON private_message TO "forum web ro";
CREATE TABLE mod_ban (
    id serial PRIMARY KEY,
    mod_person_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    other_person_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    reason text,
    banned boolean NOT NULL DEFAULT true,
    expires timestamptz,
    when_ timestamptz NOT NULL DEFAULT now()
);
ALTER SEQUENCE mod_ban_id_seq RENAME TO mod_bans_numbers;
CREATE TABLE received_activity (ap_id text PRIMARY KEY, published timestamptz NOT NULL DEFAULT now());
CREATE UNLOGGED TABLE sent_activity (
    id bigserial PRIMARY KEY,
    ap_id text NOT NULL UNIQUE,
    data json NOT NULL,
    sensitive boolean NOT NULL,
    send_inboxes text[] NOT NULL,
    send_community_followers_of int,
    actor_type actor_type NOT NULL,
    kind r.actor_type,
    kinds r.actor_type[]
);
CREATE TABLE federation_queue_state (
    instance_id int PRIMARY KEY REFERENCES instance,
    last_successful_id bigint,
    fail_count int NOT NULL,
    last_retry timestamptz
);
CREATE TABLE federation_allowlist (instance_id int PRIMARY KEY REFERENCES instance ON DELETE CASCADE, published timestamptz NOT NULL DEFAULT now());
CREATE TABLE federation_blocklist (instance_id int PRIMARY KEY REFERENCES instance ON DELETE CASCADE, expires timestamptz);
CREATE TABLE secret (id serial PRIMARY KEY, jwt_secret varchar NOT NULL DEFAULT gen_random_uuid());
CREATE TABLE image_details (
    link text PRIMARY KEY,
    width int NOT NULL,
    height int NOT NULL,
    content_type text NOT NULL,
    ratio double precision GENERATED ALWAYS AS (width::double precision / nullif(height, 0)) STORED
);
CREATE TABLE local_image (pictrs_alias text PRIMARY KEY, local_user_id int REFERENCES local_user, published timestamptz NOT NULL DEFAULT now());
CREATE TABLE previously_run_sql (id boolean PRIMARY KEY, content text NOT NULL);
CREATE TABLE tagline (id serial PRIMARY KEY, content text NOT NULL);
CREATE TABLE custom_emoji (id serial PRIMARY KEY, shortcode varchar(128) NOT NULL UNIQUE, image_url text NOT NULL UNIQUE, alt_text text NOT NULL);
CREATE TABLE custom_emoji_keyword (custom_emoji_id int REFERENCES custom_emoji ON DELETE CASCADE, keyword varchar(128) NOT NULL, PRIMARY KEY (custom_emoji_id, keyword));
CREATE TABLE "user" (id int PRIMARY KEY, "type" text, "select" int, "Mixed Case" text, "naïve" text COLLATE "C", "user" int REFERENCES "user");
CREATE TABLE "Ünïcode-Tablé" ("ключ" bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000 INCREMENT BY 5 CACHE 10) PRIMARY KEY, "1st" text, "a-b" int);
CREATE INDEX ON "Ünïcode-Tablé" ("1st", "a-b");

CREATE FUNCTION r.community_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE community_aggregates SET posts = posts + 1 WHERE community_id = NEW.community_id;
    RETURN NULL;
END $$;
CREATE FUNCTION r.comment_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.path := NEW.path || NEW.id::text; RETURN NEW; END $$;
CREATE FUNCTION r.deny() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$;
CREATE FUNCTION r.statement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM count(*) FROM changed; RETURN NULL; END $$;
CREATE TRIGGER post_counts AFTER INSERT ON post FOR EACH ROW EXECUTE FUNCTION r.community_counts();
CREATE TRIGGER comment_path BEFORE INSERT ON comment FOR EACH ROW WHEN (NEW.path = '0') EXECUTE FUNCTION r.comment_path();
CREATE TRIGGER person_ban AFTER UPDATE OF banned, ban_expires ON person FOR EACH ROW
    WHEN (OLD.banned IS DISTINCT FROM NEW.banned) EXECUTE FUNCTION r.deny();
CREATE CONSTRAINT TRIGGER like_check AFTER INSERT OR UPDATE ON post_like DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION r.deny();
CREATE TRIGGER like_statement AFTER DELETE ON comment_like REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION r.statement('a', 'b c');
ALTER TABLE post DISABLE TRIGGER post_counts;
CREATE RULE keep_secrets AS ON DELETE TO secret DO INSTEAD NOTHING;

CREATE VIEW post_view AS
    SELECT p.id, p.name, p.creator_id, c.name AS community_name, a.score, a.hot_rank, pe.display_name
    FROM post p JOIN community c ON c.id = p.community_id JOIN post_aggregates a ON a.post_id = p.id JOIN person pe ON pe.id = p.creator_id
    WHERE NOT p.removed;
CREATE VIEW person_saved_combined AS SELECT * FROM post_view WHERE id IN (SELECT post_id FROM post_saved);
CREATE MATERIALIZED VIEW community_size AS
    SELECT c.id, c.title, count(f.person_id) AS followers FROM community c LEFT JOIN community_follower f ON f.community_id = c.id GROUP BY c.id;
CREATE UNIQUE INDEX community_size_id ON community_size (id);
CREATE FUNCTION r.site_names() RETURNS SETOF text LANGUAGE sql STABLE BEGIN ATOMIC SELECT name FROM site ORDER BY name; END;
CREATE FUNCTION r.people(person) RETURNS text LANGUAGE sql STABLE AS $$ SELECT $1.name $$;

CREATE TABLE modlog_kind (id smallint PRIMARY KEY CHECK (id > 0), name text NOT NULL UNIQUE DEFERRABLE);
CREATE TABLE mod_remove_post (
    id serial PRIMARY KEY, mod_person_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE, post_id int NOT NULL REFERENCES post ON DELETE CASCADE,
    reason text CHECK (length(reason) < 1000), removed boolean DEFAULT true NOT NULL, when_ timestamptz NOT NULL DEFAULT now(), kind smallint DEFAULT 1 REFERENCES modlog_kind ON DELETE SET DEFAULT
);
CREATE TABLE mod_lock_post (LIKE mod_remove_post INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS, PRIMARY KEY (id));
CREATE TABLE mod_transfer (id int PRIMARY KEY DEFAULT nextval('mod_remove_post_id_seq'), from_person int NOT NULL REFERENCES person, to_person int NOT NULL REFERENCES person, CHECK (from_person <> to_person) NO INHERIT);
CREATE TABLE admin_purge (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, admin_id int REFERENCES person ON DELETE SET NULL, what regclass, pages int8range[], at time with time zone DEFAULT CURRENT_TIME);
CREATE TYPE poll_row AS (id int, question text, closes timestamptz);
CREATE TABLE poll OF poll_row (id WITH OPTIONS PRIMARY KEY, question NOT NULL DEFAULT '?');
CREATE TABLE poll_choice (poll_id int NOT NULL REFERENCES poll ON DELETE CASCADE, choice smallint NOT NULL, label varchar(80) COLLATE "C" NOT NULL, PRIMARY KEY (poll_id, choice)) PARTITION BY HASH (poll_id);
CREATE TABLE poll_choice_0 PARTITION OF poll_choice FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE poll_choice_1 PARTITION OF poll_choice FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE poll_vote (poll_id int, choice smallint, person_id int REFERENCES person, PRIMARY KEY (person_id, poll_id), FOREIGN KEY (poll_id, choice) REFERENCES poll_choice ON DELETE CASCADE);
CREATE TABLE event_base (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), note text);
CREATE TABLE event_signup (email text NOT NULL, PRIMARY KEY (id)) INHERITS (event_base);
CREATE TABLE event_signup_paid (cents int NOT NULL DEFAULT 0 CHECK (cents >= 0), UNIQUE (id)) INHERITS (event_signup);
CREATE TABLE oauth_provider (
    id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, display_name text NOT NULL, issuer text, scopes text NOT NULL, client_id text NOT NULL, client_secret text NOT NULL, enabled bool NOT NULL DEFAULT false,
    config jsonb NOT NULL DEFAULT '{"a": [1, 2], "b": "it''s"}', claims text[] DEFAULT ARRAY['sub', 'e"mail'], CONSTRAINT oauth_provider_json CHECK (jsonb_typeof(config) = 'object')
);
CREATE TABLE oauth_account (person_id int NOT NULL REFERENCES person, oauth_provider_id int NOT NULL REFERENCES oauth_provider ON UPDATE CASCADE ON DELETE RESTRICT, oauth_user_id text NOT NULL, PRIMARY KEY (oauth_provider_id, person_id), UNIQUE (oauth_provider_id, oauth_user_id));
CREATE TABLE captcha_answer (uuid uuid PRIMARY KEY DEFAULT gen_random_uuid(), answer text NOT NULL, published timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE email_verification (id serial PRIMARY KEY, local_user_id int NOT NULL REFERENCES local_user, email text NOT NULL, verification_token text NOT NULL DEFAULT encode(gen_random_bytes(8), 'hex'), code int NOT NULL DEFAULT (random() * 1000)::int);
CREATE TABLE registration_application (id serial PRIMARY KEY, local_user_id int NOT NULL UNIQUE REFERENCES local_user, answer text NOT NULL, admin_id int REFERENCES person, deny_reason text);
CREATE TABLE rss_cache (url text, fetched date, body xml, bits bit(4) DEFAULT B'1010', flags bit varying DEFAULT X'1F', PRIMARY KEY (url, fetched) INCLUDE (bits));
CREATE TABLE trending (rank int PRIMARY KEY, term text NOT NULL, vector tsvector, query tsquery, path lquery, score real DEFAULT 'NaN');
CREATE INDEX trending_prefix ON trending (term text_pattern_ops, (length(term)) DESC) WHERE score > 0 AND term IS NOT NULL;
CREATE INDEX trending_vector ON trending USING gist (vector tsvector_ops (siglen = 64));
COMMENT ON INDEX trending_prefix IS 'what people type';
COMMENT ON CONSTRAINT trending_pkey ON trending IS 'rank by rank';
ALTER TABLE trending CLUSTER ON trending_pkey;
ALTER TABLE trending REPLICA IDENTITY FULL;
CREATE TABLE friend (a int REFERENCES person, b int REFERENCES person, since date DEFAULT 'epoch', PRIMARY KEY (a, b), CONSTRAINT sorted CHECK (a < b));
ALTER EXTENSION hstore ADD TABLE trending;
CREATE AGGREGATE r.longest(text) (SFUNC = textcat, STYPE = text);
CREATE STATISTICS r.friends (mcv) ON a, b FROM friend;
CREATE PUBLICATION everything FOR TABLE post, comment (id, content);

INSERT INTO instance (domain) VALUES ('a.example'), ('b.example');
INSERT INTO language VALUES (0, 'und', 'Undetermined'), (1, 'en', 'English');
INSERT INTO person (name, public_key, instance_id) SELECT 'person' || i, 'key', 1 + i % 2 FROM generate_series(1, 5) i;
INSERT INTO community (name, title, instance_id) VALUES ('rust', 'Rust', 1), ('sql', 'SQL', 2);
INSERT INTO community_aggregates (community_id) SELECT id FROM community;
INSERT INTO community_follower SELECT 1, id, now(), 'accepted' FROM person;
INSERT INTO post (name, creator_id, community_id, url) SELECT 'post ' || i, 1 + i % 5, 1 + i % 2, 'https://x/' || i FROM generate_series(1, 6) i;
INSERT INTO post_aggregates (post_id, community_id, creator_id) SELECT id, community_id, creator_id FROM post;
INSERT INTO post_like SELECT 1, id, 1 FROM person;
INSERT INTO comment (creator_id, post_id, content) SELECT id, 1, 'words' FROM person;
INSERT INTO comment_aggregates (comment_id) SELECT id FROM comment;
INSERT INTO local_user (person_id, password_encrypted, email) SELECT id, 'x', name || '@example' FROM person WHERE id < 4;
INSERT INTO local_user_language SELECT id, 1 FROM local_user;
INSERT INTO private_message (creator_id, recipient_id, content) VALUES (1, 2, 'hello');
INSERT INTO "Ünïcode-Tablé" ("1st") VALUES ('a'), ('b');
INSERT INTO "user" VALUES (1, 'a', 2, 'm', 'n', 1);
REFRESH MATERIALIZED VIEW community_size;
INSERT INTO modlog_kind VALUES (1, 'post'), (2, 'comment');
INSERT INTO poll VALUES (1, 'which?', NULL), (2, 'why?', now());
INSERT INTO poll_choice SELECT p, c, 'label' FROM generate_series(1, 2) p, generate_series(1, 3) c;
INSERT INTO poll_vote SELECT 1, 1, id FROM person;
INSERT INTO event_signup (email) VALUES ('a'), ('b');
INSERT INTO event_signup_paid (email, cents) VALUES ('c', 5);
