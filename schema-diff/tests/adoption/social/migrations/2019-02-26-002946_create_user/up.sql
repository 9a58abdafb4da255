CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE TYPE listing_type_enum AS ENUM ('All', 'Local', 'ModeratorView');
CREATE TYPE post_sort_type_enum AS ENUM ('Active', 'TopDay');
CREATE TABLE person (
    id serial PRIMARY KEY,
    name varchar(255) NOT NULL,
    display_name varchar(255),
    actor_id varchar(255) NOT NULL DEFAULT ('https://fake.com/' || md5(random()::text)),
    published timestamptz NOT NULL DEFAULT now(),
    UNIQUE (actor_id)
);
CREATE UNIQUE INDEX idx_person_lower_actor_id ON person (lower(actor_id::text));
CREATE TABLE local_user (
    id serial PRIMARY KEY,
    person_id int NOT NULL UNIQUE REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    theme text NOT NULL DEFAULT 'browser',
    default_listing_type listing_type_enum NOT NULL DEFAULT 'Local',
    default_post_sort_type post_sort_type_enum NOT NULL DEFAULT 'Active',
    discussion_languages int[] NOT NULL DEFAULT '{}'
);
CREATE TABLE post (
    id serial PRIMARY KEY,
    name varchar(200) NOT NULL,
    url varchar(2000),
    body text,
    creator_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    score bigint NOT NULL DEFAULT 0,
    published timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT post_name_length CHECK (length(name) BETWEEN 3 AND 200)
);
CREATE INDEX idx_post_hot ON post (score DESC, published DESC, id DESC);
CREATE TABLE comment (
    id serial PRIMARY KEY,
    creator_id int NOT NULL REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE,
    post_id int NOT NULL REFERENCES post ON UPDATE CASCADE ON DELETE CASCADE,
    content text NOT NULL,
    path ltree NOT NULL DEFAULT '0'
);
CREATE INDEX idx_path_gist ON comment USING gist (path gist_ltree_ops (siglen = 100));
CREATE TABLE previously_run_sql (id bool PRIMARY KEY, content text NOT NULL);
