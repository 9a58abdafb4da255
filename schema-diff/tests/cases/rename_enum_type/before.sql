CREATE TYPE status AS ENUM ('new', 'paid', 'shipped');
COMMENT ON TYPE status IS 'how far it is';
CREATE TABLE orders (id int PRIMARY KEY, status status NOT NULL DEFAULT 'new', earlier status[] NOT NULL DEFAULT '{}', CHECK (status <> 'paid' OR id > 0));
CREATE VIEW open_orders AS SELECT id, status FROM orders WHERE status = 'new'::status;
INSERT INTO orders VALUES (1, 'paid', '{new}'), (2, 'new', '{}');
