//! What makes a production database other than a fresh one.

/// Each with its SQL, which the owner of the database runs.
#[rustfmt::skip]
pub const DIRT: &[(&str, &str)] = &[
    ("view", "CREATE VIEW account_names AS SELECT id, email, full_name FROM accounts WHERE age IS NULL OR age > 1;
        COMMENT ON VIEW account_names IS 'names'; COMMENT ON COLUMN account_names.email IS 'mail';
        GRANT SELECT (id, email) ON account_names TO reader; GRANT UPDATE ON account_names TO writer WITH GRANT OPTION;"),
    ("restricted view", "CREATE VIEW own_posts WITH (security_barrier) AS SELECT id, title, body, score FROM posts;
        GRANT SELECT ON posts TO restricted; GRANT CREATE ON SCHEMA public TO restricted; ALTER VIEW own_posts OWNER TO restricted; REVOKE CREATE ON SCHEMA public FROM restricted;"),
    ("view on view", "CREATE VIEW long_posts AS SELECT p.id, p.title, p.score FROM posts p WHERE p.title_length > 3;
        CREATE VIEW best_posts AS SELECT id, title FROM long_posts WHERE score > 0; ALTER VIEW best_posts ALTER COLUMN title SET DEFAULT 'untitled';"),
    ("materialized view", "CREATE MATERIALIZED VIEW post_scores AS SELECT id, score, published FROM posts;
        CREATE UNIQUE INDEX post_scores_id ON post_scores (id); CREATE INDEX post_scores_score ON post_scores (score) WITH (fillfactor = 80);
        ALTER MATERIALIZED VIEW post_scores ALTER COLUMN score SET STATISTICS 250; GRANT SELECT ON post_scores TO reader;"),
    ("empty materialized view", "CREATE MATERIALIZED VIEW moods AS SELECT mood, count(*) AS n FROM posts GROUP BY mood WITH NO DATA;"),
    ("rule", "CREATE TABLE IF NOT EXISTS audit (id int GENERATED ALWAYS AS IDENTITY, what text);
        CREATE RULE posts_gone AS ON DELETE TO posts DO ALSO INSERT INTO audit (what) VALUES (OLD.title); ALTER TABLE posts DISABLE RULE posts_gone; COMMENT ON RULE posts_gone ON posts IS 'gone';"),
    ("updated_at trigger", "CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW IS DISTINCT FROM OLD AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN NEW.updated_at := now(); END IF; RETURN NEW; END $$;
        CREATE TRIGGER set_updated_at BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION set_updated_at(); COMMENT ON TRIGGER set_updated_at ON accounts IS 'stamp';"),
    ("trigger that reads another table", "CREATE FUNCTION refuse_reserved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF EXISTS (SELECT FROM reserved WHERE word = NEW.title) THEN RAISE EXCEPTION 'reserved'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse_reserved BEFORE INSERT OR UPDATE OF title ON posts FOR EACH ROW EXECUTE FUNCTION refuse_reserved();"),
    ("audit trigger, always", "CREATE TABLE IF NOT EXISTS audit (id int GENERATED ALWAYS AS IDENTITY, what text);
        CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES (TG_TABLE_NAME || to_jsonb(NEW)::text); RETURN NULL; END $$;
        CREATE TRIGGER audit_row AFTER INSERT OR UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION audit_row(); ALTER TABLE documents ENABLE ALWAYS TRIGGER audit_row;"),
    ("disabled trigger", "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never'; END $$;
        CREATE TRIGGER never BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION never(); ALTER TABLE documents DISABLE TRIGGER never;"),
    ("constraint trigger", "CREATE FUNCTION check_later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER check_later AFTER INSERT OR UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_later();"),
    ("trigger with WHEN", "CREATE FUNCTION note_score() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER note_score BEFORE UPDATE OF score ON posts FOR EACH ROW WHEN (OLD.score IS DISTINCT FROM NEW.score) EXECUTE FUNCTION note_score();"),
    ("forced row security", "ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
        CREATE POLICY only_known ON accounts USING (full_name IS NOT NULL AND current_setting('app.tenant', true) = '1'); COMMENT ON POLICY only_known ON accounts IS 'tenants';"),
    ("row security", "ALTER TABLE posts ENABLE ROW LEVEL SECURITY; CREATE POLICY published_only ON posts FOR SELECT TO reader USING (published);
        CREATE POLICY own ON posts AS RESTRICTIVE TO writer USING (account_id = 1) WITH CHECK (score >= 0);"),
    ("grants", "GRANT SELECT, INSERT ON accounts TO reader; GRANT ALL ON posts TO writer WITH GRANT OPTION; GRANT UPDATE (age, credit) ON accounts TO writer; GRANT USAGE ON TYPE mood TO reader; REVOKE USAGE ON TYPE account_status FROM PUBLIC; GRANT USAGE ON TYPE account_status TO writer;"),
    ("default privileges", "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader;"),
    ("inheritance", "CREATE TABLE invoices (total numeric) INHERITS (documents); INSERT INTO invoices (id, subject, pages, total) VALUES (90, 'bill', 2, 1.5);"),
    ("extended statistics", "CREATE STATISTICS account_facts (dependencies, ndistinct) ON age, joined FROM accounts; COMMENT ON STATISTICS account_facts IS 'facts';"),
    ("column statistics and storage", "ALTER TABLE posts ALTER COLUMN body SET STATISTICS 300; ALTER TABLE posts ALTER COLUMN body SET STORAGE EXTERNAL; ALTER TABLE accounts ALTER COLUMN full_name SET (n_distinct = 100);"),
    ("publication", "CREATE PUBLICATION changes FOR TABLE accounts, ONLY documents;"),
    ("replica identity", "ALTER TABLE accounts REPLICA IDENTITY USING INDEX accounts_email_key; ALTER TABLE documents REPLICA IDENTITY FULL; ALTER TABLE posts CLUSTER ON posts_pkey;"),
    ("indexes", "CREATE INDEX posts_recent ON posts (score DESC NULLS LAST) INCLUDE (title) WHERE published; CREATE INDEX accounts_lower ON accounts (lower(nickname)); COMMENT ON INDEX accounts_lower IS 'lower';
        CREATE INDEX events_weight ON events (weight DESC);"),
    ("checks", "ALTER TABLE accounts ADD CONSTRAINT adults CHECK (age IS NULL OR age BETWEEN 0 AND 200); ALTER TABLE posts ADD CONSTRAINT known_title CHECK (title <> 'x') NOT VALID; COMMENT ON CONSTRAINT adults ON accounts IS 'age';"),
    ("function on a table", "CREATE FUNCTION post_count(accounts) RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM posts WHERE account_id = $1.id $$; REVOKE EXECUTE ON FUNCTION post_count(accounts) FROM PUBLIC;"),
    ("unlogged options", "ALTER TABLE accounts SET (fillfactor = 70, autovacuum_enabled = off); COMMENT ON TABLE accounts IS 'people'; COMMENT ON COLUMN accounts.email IS 'where to write'; COMMENT ON TYPE mood IS 'a mood'; COMMENT ON DOMAIN amount IS 'money';"),
    ("deferrable unique key", "ALTER TABLE documents ADD CONSTRAINT one_subject UNIQUE (subject) DEFERRABLE INITIALLY DEFERRED; COMMENT ON CONSTRAINT one_subject ON documents IS 'later';"),
    ("enabled rule", "CREATE TABLE IF NOT EXISTS audit (id int GENERATED ALWAYS AS IDENTITY, what text);
        CREATE RULE longer AS ON UPDATE TO documents WHERE OLD.pages < NEW.pages DO ALSO INSERT INTO audit (what) VALUES (NEW.subject);"),
    ("view that can be written", "CREATE VIEW good_prices WITH (check_option = cascaded) AS SELECT id, amount, label FROM app.prices WHERE amount >= 0;
        CREATE VIEW price_labels AS SELECT id, upper(label) AS label FROM app.prices;
        CREATE RULE price_label AS ON UPDATE TO price_labels DO INSTEAD UPDATE app.prices SET label = NEW.label WHERE id = OLD.id;
        CREATE FUNCTION write_label() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER write_label INSTEAD OF INSERT ON price_labels FOR EACH ROW EXECUTE FUNCTION write_label(); COMMENT ON TRIGGER write_label ON price_labels IS 'labels';"),
    ("view with the invoker's rights", "DO $do$ BEGIN IF current_setting('server_version_num')::int >= 150000 THEN
          EXECUTE 'CREATE VIEW known WITH (security_invoker) AS SELECT id, nickname, rating FROM accounts'; GRANT SELECT ON known TO reader; END IF; END $do$;"),
    ("view of whole rows", "CREATE VIEW whole_visits AS SELECT v.id, v AS visit FROM visits v;"),
    ("recursive view", "CREATE RECURSIVE VIEW years (n, pages) AS SELECT 1, pages FROM documents UNION ALL SELECT n + 1, pages FROM years WHERE n < 3;"),
    ("function that returns rows", "CREATE FUNCTION cheap() RETURNS SETOF app.prices LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS 'SELECT * FROM app.prices';"),
    ("function that Postgres parsed", "DO $do$ BEGIN IF current_setting('server_version_num')::int >= 140000 THEN
          EXECUTE 'CREATE FUNCTION ages() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(age) FROM accounts; END'; END IF; END $do$;"),
    ("enum dependents", "CREATE FUNCTION next_mood(mood) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT $1'; COMMENT ON FUNCTION next_mood(mood) IS 'next';
        CREATE TYPE mood_range AS (low mood, high mood); CREATE DOMAIN some_mood AS mood CHECK (VALUE IS NOT NULL);
        CREATE FUNCTION mood_number(mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE CAST (mood AS int) WITH FUNCTION mood_number(mood);"),
    ("row type in use", "CREATE TABLE snapshots (taken date, was reserved); CREATE FUNCTION word_of(r reserved) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).word';"),
    ("typed table", "CREATE TYPE person AS (height int, name text); CREATE TABLE people OF person; GRANT SELECT ON people TO reader;"),
    ("facts of a partition", "CREATE INDEX rest_payload ON events_rest (payload) WITH (fillfactor = 60); COMMENT ON INDEX rest_payload IS 'rest'; ALTER TABLE events_rest ADD CONSTRAINT light CHECK (weight < 1000000); ALTER TABLE events_2026_03 ALTER weight SET DEFAULT 5;
        GRANT SELECT ON events_2026_03 TO reader; ALTER TABLE events_rest SET (fillfactor = 60); COMMENT ON TABLE events_rest IS 'rest'; ALTER TABLE events_rest ALTER payload SET STATISTICS 77;"),
    ("partitions of a partition", "CREATE TABLE events_2026_04 PARTITION OF events FOR VALUES FROM ('2026-04-01') TO ('2026-05-01') PARTITION BY LIST (id); CREATE TABLE events_2026_04_rest PARTITION OF events_2026_04 DEFAULT;
        CREATE INDEX events_payload ON events (payload DESC);"),
    ("trigger of partitions", "CREATE FUNCTION weigh() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER weigh AFTER INSERT OR UPDATE OF weight ON events FOR EACH ROW EXECUTE FUNCTION weigh(); ALTER TABLE events_rest DISABLE TRIGGER weigh;"),
    ("facts of a child table", "CREATE TABLE letters (stamp text) INHERITS (documents); ALTER TABLE letters ALTER pages SET DEFAULT 1; ALTER TABLE letters ADD CHECK (pages > 0); CREATE INDEX letters_subject ON letters (subject);
        INSERT INTO letters (id, subject, pages, stamp) VALUES (91, 'dear', 1, 'penny'); GRANT SELECT ON letters TO reader; COMMENT ON COLUMN letters.pages IS 'sheets';"),
    ("publication of columns", "DO $do$ BEGIN IF current_setting('server_version_num')::int >= 150000 THEN
          EXECUTE 'CREATE PUBLICATION parts FOR TABLE posts (id, title, body) WHERE (id > 0), app.prices (id, amount)'; END IF; END $do$;"),
    ("policy that reads another table", "ALTER TABLE app.prices ENABLE ROW LEVEL SECURITY; CREATE POLICY of_adults ON app.prices FOR UPDATE TO writer USING (EXISTS (SELECT FROM accounts a WHERE a.id = account_id AND a.age > 17));"),
    ("default by a function", "CREATE FUNCTION a_name() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'somebody' $$; ALTER TABLE accounts ALTER nickname SET DEFAULT a_name();"),
    ("shared sequence", "CREATE SEQUENCE numbers AS int START 1000 CACHE 5; GRANT USAGE ON SEQUENCE numbers TO writer; COMMENT ON SEQUENCE numbers IS 'numbers';
        ALTER TABLE documents ALTER pages SET DEFAULT nextval('numbers'); ALTER TABLE reserved ALTER id SET DEFAULT nextval('numbers');"),
    ("facts of an identity's sequence", "GRANT SELECT ON SEQUENCE accounts_id_seq TO reader; ALTER SEQUENCE accounts_id_seq INCREMENT 3 CACHE 10; COMMENT ON SEQUENCE visits_id_seq IS 'visits'; GRANT USAGE ON SEQUENCE visits_id_seq TO writer;"),
    ("statistics on expressions", "DO $do$ BEGIN IF current_setting('server_version_num')::int >= 140000 THEN
          EXECUTE 'CREATE STATISTICS lower_names ON (lower(full_name)) FROM accounts'; ALTER STATISTICS lower_names SET STATISTICS 90; END IF; END $do$;"),
    ("compression", "DO $do$ BEGIN IF current_setting('server_version_num')::int >= 140000 THEN ALTER TABLE posts ALTER body SET COMPRESSION pglz; END IF; END $do$; ALTER TABLE posts SET (toast.autovacuum_enabled = off);"),
    ("unlogged table", "ALTER TABLE reserved SET UNLOGGED;"),
    ("owners of types", "GRANT CREATE ON SCHEMA public TO restricted; ALTER TYPE mood OWNER TO restricted; ALTER DOMAIN amount OWNER TO restricted; REVOKE CREATE ON SCHEMA public FROM restricted;"),
    ("another owner of a table", "GRANT CREATE ON SCHEMA app TO restricted; ALTER TABLE app.prices OWNER TO restricted; REVOKE CREATE ON SCHEMA app FROM restricted; GRANT USAGE ON SCHEMA app TO restricted; GRANT REFERENCES, SELECT ON accounts TO restricted;"),
    ("grants of columns", "GRANT SELECT (email, nickname), UPDATE (full_name) ON accounts TO reader WITH GRANT OPTION; GRANT INSERT (amount) ON app.prices TO PUBLIC; REVOKE TRUNCATE ON documents FROM app_owner; GRANT USAGE ON SCHEMA app TO reader WITH GRANT OPTION;"),
    ("comments", "COMMENT ON SCHEMA app IS 'app'; COMMENT ON TABLE app.prices IS 'what it costs'; COMMENT ON COLUMN app.prices.label IS 'shown'; COMMENT ON CONSTRAINT prices_account_id_fkey ON app.prices IS 'whose'; COMMENT ON INDEX visits_slot_excl IS 'once'; COMMENT ON COLUMN documents.subject IS 'about';"),
];
