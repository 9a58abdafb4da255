CREATE SCHEMA "Odd";
CREATE SCHEMA "no-module";
CREATE TYPE "Order Status" AS ENUM ('it''s', 'done;', '2nd', 'Self', '');
CREATE TABLE "order" (id integer PRIMARY KEY, "type" text, "select" text, "a b" text UNIQUE, "größe" text, "a;b" "Order Status" DEFAULT 'it''s', "order" text, "unique" text, "include" text, UNIQUE ("unique", "include"));
CREATE INDEX ON "order" ("unique", "include" DESC);
CREATE INDEX "quo""ted" ON "order" (("a b" || '"x"\'));
CREATE TABLE "1st" (id integer PRIMARY KEY, order_id integer REFERENCES "order", "table" integer, star text);
CREATE TABLE "Odd"."Daily Totals" ("Day" date PRIMARY KEY, "order" integer REFERENCES "order" (id) ON DELETE SET NULL);
CREATE TABLE "no-module".t (id integer PRIMARY KEY);
COMMENT ON TABLE "order" IS 'it''s \ "quoted"
on two lines';
