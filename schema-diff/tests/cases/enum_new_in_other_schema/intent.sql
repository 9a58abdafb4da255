CREATE SCHEMA "App"; CREATE TYPE "App"."State Of" AS ENUM ('in_use', 'free');
ALTER TABLE t ADD s "App"."State Of" NOT NULL DEFAULT 'in_use', ADD many "App"."State Of"[];
