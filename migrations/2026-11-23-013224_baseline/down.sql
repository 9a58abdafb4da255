-- schema-diff: 0.1.0
-- reverts: baseline

ALTER TABLE users DROP CONSTRAINT users_country_id_fkey;

DROP TABLE countries;
DROP TABLE users;

DROP TYPE user_role;
