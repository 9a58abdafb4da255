CREATE TABLE users (
    uuid CHAR(36) NOT NULL PRIMARY KEY,
    enabled BOOLEAN NOT NULL DEFAULT true,
    email VARCHAR(255) NOT NULL UNIQUE,
    password_hash BYTEA NOT NULL,
    login_verify_count INTEGER NOT NULL DEFAULT 0,
    security_stamp TEXT NOT NULL,
    api_key VARCHAR(255),
    quota BIGINT NOT NULL DEFAULT 0,
    rating DOUBLE PRECISION NOT NULL DEFAULT 0
);
CREATE TABLE devices (
    uuid CHAR(36) NOT NULL,
    user_uuid CHAR(36) NOT NULL REFERENCES users (uuid),
    push_token TEXT,
    refresh_token TEXT NOT NULL,
    PRIMARY KEY (uuid, user_uuid)
);
CREATE TABLE ciphers (
    uuid VARCHAR(40) NOT NULL PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    user_uuid CHAR(36) REFERENCES users (uuid),
    key TEXT,
    atype INTEGER NOT NULL,
    name TEXT NOT NULL,
    deleted_at TIMESTAMP,
    reprompt INTEGER
);
CREATE TABLE event (uuid CHAR(36) NOT NULL PRIMARY KEY, event_type INTEGER NOT NULL, event_date TIMESTAMP NOT NULL, UNIQUE (uuid));
CREATE TABLE invitations (email VARCHAR(255) NOT NULL PRIMARY KEY);
CREATE TABLE organizations (id SERIAL PRIMARY KEY, name VARCHAR(100) NOT NULL, private_key TEXT);
