CREATE TABLE items (id int PRIMARY KEY, v int, words tsvector, labels int[], area box);
CREATE INDEX items_v ON items (v) WITH (fillfactor = 70, deduplicate_items = off);
CREATE INDEX items_labels ON items USING gin (labels) WITH (fastupdate = FALSE, gin_pending_list_limit = 128);
CREATE INDEX items_v_brin ON items USING brin (v) WITH (pages_per_range = 16, autosummarize = true);
CREATE INDEX items_words ON items USING gist (words tsvector_ops (siglen = 100)) WITH (buffering = auto, fillfactor = 90);
CREATE INDEX items_sum ON items ((v + 1), id DESC) WITH (deduplicate_items = yes);
CREATE UNIQUE INDEX items_once ON items (id, v) WITH (fillfactor = 55);
