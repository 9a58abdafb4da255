ALTER TYPE status RENAME TO order_status;
ALTER TYPE order_status RENAME VALUE 'paid' TO 'settled';
ALTER TYPE order_status ADD VALUE 'returned';
