DROP TABLE users;

DROP TABLE countries;

DROP TYPE user_role;
