CREATE SCHEMA shop;
CREATE TYPE shop.size AS ENUM ('s', 'm');
CREATE TABLE shop.items (id serial PRIMARY KEY, name text NOT NULL, size shop.size NOT NULL);
CREATE TABLE shop.sales (id int PRIMARY KEY, item_id int NOT NULL REFERENCES shop.items, sold_on date NOT NULL);
CREATE TABLE shop.returns (id int PRIMARY KEY, sale_id int NOT NULL REFERENCES shop.sales);
INSERT INTO shop.items (name, size) VALUES ('cup', 's');
INSERT INTO shop.sales VALUES (1, 1, '2024-01-01');
