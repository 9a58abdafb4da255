-- Names that are hard to quote, and texts that are hard to escape.
CREATE SCHEMA "Odd; DROP TABLE x; --";
CREATE SCHEMA "select";
CREATE TYPE "select"."Mood ""x""" AS ENUM ('happy', 'it''s', 'a;b', '$$', E'new\nline', E'back\\slash', '', 'ünï');
CREATE TABLE "Odd; DROP TABLE x; --"."quote""d" (
    "select" int PRIMARY KEY,
    "Capital" text DEFAULT 'it''s; $$ "x"',
    "new
line" text DEFAULT E'back\\slash\nline',
    "$$" "select"."Mood ""x""" DEFAULT 'it''s',
    "ünïcödé" "select"."Mood ""x"""[],
    "semi;colon" int CHECK ("semi;colon" > 0),
    "with.dot" int UNIQUE,
    "a(b" int, "a)b" int,
    CONSTRAINT "che""ck" CHECK ("a(b" > "a)b")
);
CREATE INDEX "in""dex USING btree (" ON "Odd; DROP TABLE x; --"."quote""d" ("a(b" DESC, lower("Capital"), ("a(b" || ')"('), "a)b") INCLUDE ("$$");
COMMENT ON COLUMN "Odd; DROP TABLE x; --"."quote""d"."$$" IS E'it''s $$ a "comment"; with \\ and\nlines';
COMMENT ON TYPE "select"."Mood ""x""" IS 'mood''s';
CREATE TABLE "order" ("user" int REFERENCES "Odd; DROP TABLE x; --"."quote""d", "table" int, "primary" int, PRIMARY KEY ("table", "user"));
CREATE TABLE llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll1 (
    kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk serial PRIMARY KEY,
    "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" int UNIQUE,
    parent int REFERENCES llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll1
);
CREATE VIEW "View ""v""" AS SELECT "select", "new
line" AS "other
line", "$$" FROM "Odd; DROP TABLE x; --"."quote""d";
CREATE FUNCTION "Odd; DROP TABLE x; --"."f""n"("a b" int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT "a b" + length($x$ $$ '''' $x$)';
CREATE TABLE calls (v int DEFAULT "Odd; DROP TABLE x; --"."f""n"(1));
-- Called like Postgres's own.
CREATE TYPE public.text AS ENUM ('a');
CREATE TABLE public.pg_class (id int PRIMARY KEY, oid public.text);
CREATE TABLE public.uses_pg_class (id int REFERENCES public.pg_class);
CREATE INDEX ON public.pg_class (oid);
COMMENT ON TABLE public.pg_class IS 'not the catalog';
