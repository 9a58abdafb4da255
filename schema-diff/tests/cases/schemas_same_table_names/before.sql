CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY, app_id int REFERENCES app.users);
INSERT INTO app.users VALUES (1); INSERT INTO users VALUES (1, 1);
