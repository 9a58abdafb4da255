ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('a'); ALTER TABLE t ALTER ms TYPE mood[] USING ms::text[]::mood[]; DROP TYPE old;
