CREATE TABLE "Order; DROP TABLE x --" ("select" int PRIMARY KEY, "it's $$guard$$ $guard$" text, "a""b" int DEFAULT 3, "ünï cödé" text);
CREATE INDEX "i;x" ON "Order; DROP TABLE x --" ("a""b");
INSERT INTO "Order; DROP TABLE x --" VALUES (1, 'v', 4, 'u');
