ALTER TABLE countries ADD COLUMN iso3code text;
