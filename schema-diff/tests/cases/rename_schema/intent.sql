CREATE SCHEMA store;
ALTER TYPE shop.size SET SCHEMA store;
ALTER TABLE shop.items SET SCHEMA store; ALTER TABLE shop.sales SET SCHEMA store; ALTER TABLE shop.returns SET SCHEMA store;
