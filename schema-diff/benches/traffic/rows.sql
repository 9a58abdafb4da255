-- The rows of schema.sql; $1 stands for how many each table gets.
INSERT INTO customers (email, name, phone, locale, city, credit_limit, legacy_code, registered_at)
SELECT 'user' || n || '@example.com', 'Name ' || n % 5000, CASE WHEN n % 3 <> 0 THEN '+44 20 ' || n END,
    (ARRAY['en', 'de', 'fr'])[1 + n % 3], CASE WHEN n % 4 <> 0 THEN 'City ' || n % 300 END, n % 1000, CASE WHEN n % 2 = 0 THEN 'L' || n END,
    timestamp '2020-01-01' + n * interval '1 minute'
FROM generate_series(1, $1) n;
INSERT INTO products (sku, title, description, category, price, weight, views, details, active, available_from, available_until)
SELECT 'SKU-' || n, 'Product ' || n, CASE WHEN n % 3 <> 0 THEN 'A product, number ' || n END, (ARRAY['book', 'food', 'toy'])[1 + n % 3],
    1 + n % 9000 + 0.25, CASE WHEN n % 5 <> 0 THEN n % 700 + 0.5 END, n % 100, '{"colour": "red", "size": ' || n % 10 || '}', n % 7 <> 0,
    date '2020-01-01' + n % 900, CASE WHEN n % 2 = 0 THEN date '2030-01-01' + n % 900 END
FROM generate_series(1, $1) n;
INSERT INTO orders (customer_id, number, status, total, discount, remark, delivery, placed_at, shipped_at)
SELECT n, 'O-' || n, (ARRAY['new', 'paid', 'shipped', 'cancelled']::order_status[])[1 + n % 4], 20 + n % 800, CASE WHEN n % 3 = 0 THEN n % 20 END,
    CASE WHEN n % 5 = 0 THEN 'leave at the door' END,
    CASE WHEN n % 2 = 0 THEN tstzrange(timestamptz '2024-01-01Z' + n * interval '1 minute', timestamptz '2024-01-01Z' + (n + 1) * interval '1 minute') END,
    timestamptz '2023-01-01Z' + n * interval '1 minute', CASE WHEN n % 4 = 2 THEN timestamptz '2023-01-02Z' + n * interval '1 minute' END
FROM generate_series(1, $1) n;
INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price, gift_text)
SELECT n, 1, n, 1 + n % 10, 1 + n % 90, CASE WHEN n % 10 = 0 THEN 'happy birthday' END FROM generate_series(1, $1) n;
INSERT INTO events (id, kind, actor_id, payload, source, happened_at)
SELECT md5(n::text)::uuid, 'kind' || n % 20, CASE WHEN n % 4 <> 0 THEN n END, jsonb_build_object('n', n, 'page', '/p/' || n % 100),
    CASE WHEN n % 6 <> 0 THEN 'source ' || n % 30 END, timestamptz '2023-01-01Z' + n * interval '1 second'
FROM generate_series(1, $1) n;
INSERT INTO sessions (token, owner_id, user_agent, address, hits, started_at, expires_at)
SELECT md5('s' || n), CASE WHEN n % 3 <> 0 THEN n END, CASE WHEN n % 2 = 0 THEN 'Mozilla/5.0' END, '10.0.' || n % 200 || '.' || n % 250,
    CASE WHEN n % 4 <> 0 THEN n % 50 END, timestamptz '2024-01-01Z' + n * interval '1 minute',
    CASE WHEN n % 3 <> 0 THEN timestamptz '2024-02-01Z' + n * interval '1 minute' END
FROM generate_series(1, $1) n;
