ALTER TABLE countries DROP COLUMN iso3code;
