ALTER TYPE mood RENAME VALUE 'it''s; x' TO 'zz';
