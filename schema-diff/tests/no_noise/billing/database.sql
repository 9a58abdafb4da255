-- Billing and ERP: money and periods, list partitions over enums, inheritance, identities with options, row level security.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'billing_clerk') THEN CREATE ROLE billing_clerk; END IF;
END $$;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION btree_gist;
CREATE SCHEMA erp;
CREATE SCHEMA audit;
CREATE TYPE currency AS ENUM ('AED', 'EUR', 'USD');
CREATE TYPE invoice_status AS ENUM ('draft', 'open', 'paid', 'void', 'uncollectible');
CREATE TYPE interval_unit AS ENUM ('day', 'week', 'month', 'year');
CREATE TYPE erp.status AS ENUM ('active', 'inactive');
CREATE TYPE erp.address AS (street text, city text, zip varchar(12), country char(2));
CREATE DOMAIN money_amount AS numeric(18, 4) DEFAULT 0 CHECK (VALUE >= 0);
CREATE DOMAIN percentage AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN country_code AS char(2) CHECK (VALUE = upper(VALUE));
CREATE SEQUENCE invoice_numbers START 100000;
CREATE FUNCTION audit.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
CREATE FUNCTION audit.write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit, pg_temp AS $$
BEGIN
    INSERT INTO audit.entries (relation, op, old_row, new_row) VALUES (TG_RELID::regclass::text, TG_OP, to_jsonb(OLD), to_jsonb(NEW));
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE FUNCTION next_invoice_number() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'INV-' || nextval('invoice_numbers') $$;

CREATE TABLE audit.entries (
    id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT clock_timestamp(), relation text NOT NULL, op text NOT NULL, old_row jsonb, new_row jsonb,
    by_role name NOT NULL DEFAULT CURRENT_USER, PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE audit.entries_2025 PARTITION OF audit.entries FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');
CREATE TABLE audit.entries_rest PARTITION OF audit.entries DEFAULT;
CREATE INDEX ON audit.entries USING brin (at) WITH (pages_per_range = 16);

CREATE TABLE organization (
    id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, trade_name text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), archived_at timestamptz, default_currency currency NOT NULL DEFAULT 'EUR'
);
CREATE TABLE tenant (
    id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organization, environment varchar(20) NOT NULL, currency currency NOT NULL, UNIQUE (id, organization_id)
);
CREATE TABLE customer (
    id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant ON DELETE RESTRICT, name text NOT NULL, alias text, email varchar(320),
    balance_value_cents bigint NOT NULL DEFAULT 0, billing_address erp.address, country country_code DEFAULT 'DE', discount percentage, credit money_amount NOT NULL, currency currency NOT NULL,
    archived_at timestamptz, updated_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX customer_alias ON customer (tenant_id, alias) NULLS NOT DISTINCT WHERE archived_at IS NULL;
CREATE INDEX customer_email ON customer ((lower(email::text)) text_pattern_ops, tenant_id);
CREATE TRIGGER customer_touch BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION audit.touch();
CREATE TRIGGER customer_audit AFTER INSERT OR UPDATE OR DELETE ON customer FOR EACH ROW EXECUTE FUNCTION audit.write();
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON customer USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY clerk ON customer FOR UPDATE TO billing_clerk USING (archived_at IS NULL) WITH CHECK (credit < 1000);
CREATE TABLE product_family (id uuid PRIMARY KEY, name text NOT NULL, tenant_id uuid NOT NULL REFERENCES tenant, local_id text NOT NULL, UNIQUE (tenant_id, local_id));
CREATE TABLE product (id uuid PRIMARY KEY, name text NOT NULL, family_id uuid NOT NULL REFERENCES product_family, tenant_id uuid NOT NULL, weight numeric(8,3), dims int[3], parent uuid REFERENCES product,
    FOREIGN KEY (tenant_id) REFERENCES tenant ON UPDATE CASCADE);
CREATE TABLE plan (id uuid PRIMARY KEY, name text NOT NULL, product_family_id uuid NOT NULL REFERENCES product_family, status invoice_status NOT NULL DEFAULT 'draft', history invoice_status[] NOT NULL DEFAULT '{}', erp_status erp.status);
CREATE TABLE plan_version (
    id uuid PRIMARY KEY, plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE, version int NOT NULL, is_draft bool NOT NULL DEFAULT true, trial interval, notice interval day to hour, billing_cycles int, net_terms int NOT NULL DEFAULT 30,
    CONSTRAINT plan_version_unique UNIQUE (plan_id, version) INCLUDE (is_draft)
);
CREATE UNIQUE INDEX one_draft ON plan_version (plan_id) WHERE is_draft;
CREATE TABLE price_component (id uuid PRIMARY KEY, plan_version_id uuid NOT NULL REFERENCES plan_version ON DELETE CASCADE, name text NOT NULL, fee jsonb NOT NULL, unit interval_unit NOT NULL DEFAULT 'month'::interval_unit);
CREATE TABLE subscription (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), customer_id uuid NOT NULL, tenant_id uuid NOT NULL, plan_version_id uuid NOT NULL REFERENCES plan_version,
    start_date date NOT NULL, end_date date, period daterange GENERATED ALWAYS AS (daterange(start_date, end_date)) STORED, mrr_cents bigint NOT NULL DEFAULT 0, billing_day smallint NOT NULL DEFAULT date_part('day', now()),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT dates CHECK (end_date > start_date), CONSTRAINT one_at_a_time EXCLUDE USING gist (customer_id WITH =, period WITH &&)
);
CREATE INDEX subscription_mrr ON subscription (tenant_id, mrr_cents DESC NULLS LAST) WHERE end_date IS NULL;
CREATE TABLE invoice (
    id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 5000), tenant_id uuid NOT NULL REFERENCES tenant, status invoice_status NOT NULL DEFAULT 'draft', number varchar(40) NOT NULL DEFAULT next_invoice_number(), customer_id uuid NOT NULL,
    issued date NOT NULL, subtotal numeric(14,2) NOT NULL, tax_rate percentage NOT NULL DEFAULT 19, total numeric(14,2) GENERATED ALWAYS AS (round(subtotal * (1 + tax_rate / 100), 2)) STORED,
    lines jsonb NOT NULL DEFAULT '[]', reference varchar(20), PRIMARY KEY (status, id), UNIQUE (status, number), CHECK (subtotal >= 0)
) PARTITION BY LIST (status);
CREATE TABLE invoice_open PARTITION OF invoice FOR VALUES IN ('draft', 'open');
CREATE TABLE invoice_closed PARTITION OF invoice FOR VALUES IN ('paid', 'void') PARTITION BY LIST (status);
CREATE TABLE invoice_closed_old PARTITION OF invoice_closed FOR VALUES IN ('void');
CREATE TABLE invoice_closed_new (LIKE invoice INCLUDING ALL EXCLUDING IDENTITY);
ALTER TABLE invoice_closed ATTACH PARTITION invoice_closed_new FOR VALUES IN ('paid');
CREATE TABLE invoice_other PARTITION OF invoice DEFAULT;
ALTER TABLE invoice ADD FOREIGN KEY (customer_id) REFERENCES customer;
CREATE INDEX invoice_number ON invoice (number, issued);
CREATE INDEX invoice_reference ON invoice (lower(reference)) WHERE reference IS NOT NULL;
CREATE INDEX invoice_open_only ON invoice_open (customer_id);
CREATE TRIGGER invoice_audit AFTER UPDATE OF status ON invoice FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION audit.write();
CREATE TABLE payment (id bigserial PRIMARY KEY, invoice_status invoice_status, invoice_id bigint, amount money NOT NULL DEFAULT 0, fee numeric, FOREIGN KEY (invoice_status, invoice_id) REFERENCES invoice (status, id) MATCH SIMPLE ON DELETE SET NULL (invoice_id));
CREATE TABLE credit_note (id serial PRIMARY KEY, payment_id bigint REFERENCES payment, reason text);

CREATE TABLE erp.party (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(80) NOT NULL, status erp.status NOT NULL DEFAULT 'active', notes text);
CREATE TABLE erp.supplier (rating smallint CHECK (rating BETWEEN 1 AND 5), PRIMARY KEY (id)) INHERITS (erp.party);
CREATE TABLE erp.employee (salary numeric(10,2) NOT NULL, boss int, id int NOT NULL, PRIMARY KEY (id), FOREIGN KEY (boss) REFERENCES erp.employee DEFERRABLE INITIALLY DEFERRED) INHERITS (erp.party);
ALTER TABLE erp.employee ALTER COLUMN notes SET DEFAULT 'none';
CREATE TABLE erp.account (code varchar(10) COLLATE "C" PRIMARY KEY, name text NOT NULL, parent varchar(10) COLLATE "C" REFERENCES erp.account ON UPDATE CASCADE, kind "char" NOT NULL DEFAULT 'a');
CREATE TABLE erp.journal (id bigint PRIMARY KEY DEFAULT nextval('public.invoice_numbers'), at timestamptz(3) NOT NULL DEFAULT now(), memo text);
CREATE TABLE erp.entry (journal_id bigint NOT NULL REFERENCES erp.journal ON DELETE CASCADE, line smallint NOT NULL, account varchar(10) NOT NULL REFERENCES erp.account, debit money_amount, credit numeric(18,4) NOT NULL DEFAULT 0, PRIMARY KEY (journal_id, line),
    CONSTRAINT balanced CHECK ((debit = 0) <> (credit = 0)));
CREATE FUNCTION erp.check_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (SELECT sum(debit) - sum(credit) FROM erp.entry WHERE journal_id = NEW.journal_id) <> 0 THEN RAISE EXCEPTION 'unbalanced'; END IF; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER balance AFTER INSERT OR UPDATE ON erp.entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp.check_balance();
CREATE TABLE erp.warehouse (id serial PRIMARY KEY, name text NOT NULL, location erp.address, previous erp.address[]);
CREATE TABLE erp.item (sku varchar(30) PRIMARY KEY, name text NOT NULL, price numeric(12,2), tax_class char(1) NOT NULL DEFAULT 'N');
CREATE TABLE erp.stock (warehouse_id int REFERENCES erp.warehouse, sku varchar(30) REFERENCES erp.item ON UPDATE CASCADE, quantity numeric(12,3) NOT NULL DEFAULT 0, PRIMARY KEY (warehouse_id, sku));
CREATE TABLE erp.movement (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, warehouse_id int NOT NULL, sku varchar(30) NOT NULL, delta numeric(12,3) NOT NULL, FOREIGN KEY (warehouse_id, sku) REFERENCES erp.stock);
CREATE RULE log_movement AS ON INSERT TO erp.movement DO ALSO UPDATE erp.stock SET quantity = quantity + NEW.delta WHERE stock.warehouse_id = NEW.warehouse_id AND stock.sku = NEW.sku;
CREATE TABLE erp.purchase_order (id serial PRIMARY KEY, supplier_id int NOT NULL REFERENCES erp.supplier, at date NOT NULL DEFAULT 'today', approved_by int REFERENCES erp.employee);
CREATE TABLE erp.purchase_line (purchase_order_id int NOT NULL REFERENCES erp.purchase_order, line int NOT NULL, sku varchar(30) NOT NULL REFERENCES erp.item, quantity numeric(12,3) NOT NULL, price numeric(12,2) NOT NULL, PRIMARY KEY (purchase_order_id, line));
CREATE TABLE erp.calendar (day date PRIMARY KEY, is_holiday bool NOT NULL DEFAULT false, opening time(0), closing timetz, slots int4range[]);
CREATE TABLE erp.shift (employee_id int REFERENCES erp.employee, day date REFERENCES erp.calendar, hours interval hour to minute, PRIMARY KEY (employee_id, day));
CREATE TABLE erp.no_key (sku varchar(30) REFERENCES erp.item, seen timestamptz);
CREATE TABLE exchange_rate (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), at date NOT NULL UNIQUE, rates jsonb NOT NULL, base currency NOT NULL DEFAULT 'EUR');
CREATE TABLE webhook_endpoint (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant, url text NOT NULL, secret bytea NOT NULL DEFAULT '\xdeadbeef', events text[] NOT NULL DEFAULT ARRAY['*'::text], enabled bool NOT NULL DEFAULT true);
CREATE TABLE webhook_event (id uuid PRIMARY KEY, endpoint_id uuid NOT NULL REFERENCES webhook_endpoint, created timestamptz NOT NULL, kind text NOT NULL, payload json, req inet, http_status smallint DEFAULT '200');
CREATE TABLE api_token (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant, hash text NOT NULL UNIQUE, hint varchar(8) NOT NULL);
CREATE TABLE metric (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant, code text NOT NULL, unit_factor double precision NOT NULL DEFAULT 1.0, min real DEFAULT '-Infinity', segment jsonb);
CREATE TABLE outbox (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, topic text NOT NULL, lsn pg_lsn NOT NULL DEFAULT pg_current_wal_lsn(), body bytea);
CREATE TABLE fang_tasks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), metadata jsonb NOT NULL, state varchar(12) NOT NULL DEFAULT 'new', uniq_hash char(64), scheduled_at timestamptz NOT NULL DEFAULT (now() AT TIME ZONE 'utc'));
CREATE UNIQUE INDEX fang_uniq ON fang_tasks (uniq_hash) WHERE state = ANY (ARRAY['new', 'retried']);

CREATE VIEW invoice_totals AS SELECT customer_id, status, count(*) AS invoices, sum(total) AS total FROM invoice GROUP BY customer_id, status;
CREATE VIEW customer_overview AS SELECT c.id, c.name, c.email, c.country, t.environment, (SELECT sum(i.total) FROM invoice_totals i WHERE i.customer_id = c.id) AS turnover FROM customer c JOIN tenant t ON t.id = c.tenant_id;
CREATE MATERIALIZED VIEW erp.stock_value AS SELECT s.warehouse_id, sum(s.quantity * i.price) AS value FROM erp.stock s JOIN erp.item i USING (sku) GROUP BY 1;
CREATE INDEX ON erp.stock_value (value);
CREATE VIEW erp.editable_items AS SELECT sku, name, price FROM erp.item WHERE price > 0 WITH CASCADED CHECK OPTION;
CREATE FUNCTION erp.items_over(numeric) RETURNS SETOF erp.item LANGUAGE sql STABLE BEGIN ATOMIC SELECT * FROM erp.item WHERE price > $1; END;
GRANT USAGE ON SCHEMA erp TO billing_clerk;
GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA erp TO billing_clerk;
GRANT SELECT ON customer_overview TO PUBLIC;

CREATE TABLE tax_zone (id int PRIMARY KEY, name text NOT NULL, area circle, parts box[], EXCLUDE USING gist (area WITH &&) WHERE (name <> 'world'));
CREATE TABLE tax_rate (zone_id int REFERENCES tax_zone ON DELETE CASCADE, valid daterange, rate percentage NOT NULL, PRIMARY KEY (zone_id, valid), CONSTRAINT tax_rate_no_overlap EXCLUDE USING gist (zone_id WITH =, valid WITH &&));
CREATE TABLE coupon (code varchar(20) PRIMARY KEY CHECK (code = upper(code)), percent percentage, cents bigint, CONSTRAINT one_of CHECK (num_nonnulls(percent, cents) = 1), limits int4range DEFAULT '[1,10)', tags text[] DEFAULT '{}' NOT NULL);
CREATE TABLE applied_coupon (coupon varchar(20) NOT NULL REFERENCES coupon ON UPDATE CASCADE, customer_id uuid NOT NULL REFERENCES customer, at timestamptz(0) NOT NULL DEFAULT date_trunc('second', now()), PRIMARY KEY (customer_id, coupon));
CREATE TABLE dunning_step (id smallserial PRIMARY KEY, "order" smallint NOT NULL, "primary" boolean DEFAULT false, "table" text, days int NOT NULL DEFAULT 14, UNIQUE ("order") DEFERRABLE INITIALLY IMMEDIATE);
CREATE TABLE reminder (id bigserial PRIMARY KEY, step smallint REFERENCES dunning_step, invoice_status invoice_status NOT NULL DEFAULT 'open', invoice_id bigint NOT NULL, FOREIGN KEY (invoice_status, invoice_id) REFERENCES invoice ON UPDATE CASCADE);
CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY -1 MAXVALUE -1 START WITH -1), booked date NOT NULL, cents bigint NOT NULL, PRIMARY KEY (booked, id)) PARTITION BY RANGE (booked);
CREATE TABLE ledger_2024 PARTITION OF ledger FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE ledger_rest PARTITION OF ledger DEFAULT;
ALTER TABLE ledger_2024 ADD CHECK (cents <> 0);
ALTER TABLE ledger ADD COLUMN half bigint GENERATED ALWAYS AS (cents / 2) STORED;
CREATE INDEX ledger_cents ON ledger (cents) INCLUDE (booked);
CREATE TABLE ledger_tag (booked date, id bigint, tag text COLLATE "POSIX", PRIMARY KEY (booked, id, tag), FOREIGN KEY (booked, id) REFERENCES ledger);
CREATE TABLE document (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), kind "char" DEFAULT 'i', body bytea COMPRESSION pglz, name varchar(255) NOT NULL, size int GENERATED ALWAYS AS (octet_length(body)) STORED, owner uuid REFERENCES customer ON DELETE SET NULL);
ALTER TABLE document ADD CONSTRAINT document_owner_check CHECK (owner IS NOT NULL OR kind = 't') NOT VALID;
CREATE TABLE document_link (parent uuid REFERENCES document, child uuid REFERENCES document DEFERRABLE, PRIMARY KEY (parent, child), CHECK (parent IS DISTINCT FROM child));
CREATE TABLE bank (bic char(11) PRIMARY KEY, name text NOT NULL, clearing point, uuid_ns uuid NOT NULL DEFAULT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
CREATE TABLE bank_account (iban varchar(34) PRIMARY KEY, bic char(11) NOT NULL REFERENCES bank, holder erp.address NOT NULL DEFAULT ROW('', '', '', 'DE')::erp.address, balance money NOT NULL DEFAULT 0::money, CHECK ((holder).country IS NOT NULL));
CREATE TABLE mandate (id serial PRIMARY KEY, iban varchar(34) NOT NULL REFERENCES bank_account ON UPDATE CASCADE, signed date NOT NULL DEFAULT now(), revoked date, history erp.status[] DEFAULT '{active}', seen inet[] DEFAULT '{127.0.0.1}');
CREATE UNIQUE INDEX mandate_active ON mandate (iban) WHERE (revoked IS NULL);
ALTER TABLE mandate ENABLE ROW LEVEL SECURITY;
CREATE POLICY mandate_clerk ON mandate TO billing_clerk USING (EXISTS (SELECT FROM bank_account b WHERE b.iban = mandate.iban AND b.bic <> ''));
CREATE FUNCTION audit.no_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER keep_tables ON sql_drop EXECUTE FUNCTION audit.no_drop();
CREATE OPERATOR ### (LEFTARG = money, RIGHTARG = money, FUNCTION = cash_mi);
CREATE VIEW open_mandates AS SELECT m.id, m.iban, b.name AS bank, a.balance ### 0::money AS left_over FROM mandate m JOIN bank_account a USING (iban) JOIN bank b USING (bic) WHERE m.revoked IS NULL;
CREATE RECURSIVE VIEW account_tree (code, depth) AS SELECT code, 0 FROM erp.account WHERE parent IS NULL UNION ALL SELECT a.code, t.depth + 1 FROM erp.account a JOIN account_tree t ON a.parent = t.code;

INSERT INTO organization (trade_name) VALUES ('Acme');
INSERT INTO tenant (organization_id, environment, currency) SELECT id, 'prod', 'EUR' FROM organization;
INSERT INTO customer (tenant_id, name, alias, email, currency, credit) SELECT t.id, 'Customer ' || i, 'a' || i, 'C' || i || '@x', 'EUR', i FROM tenant t, generate_series(1, 4) i;
INSERT INTO invoice (tenant_id, status, customer_id, issued, subtotal) SELECT c.tenant_id, s.status, c.id, d, 100 FROM customer c, (VALUES ('open'::invoice_status), ('paid'), ('uncollectible')) s(status), (VALUES (date '2024-02-02'), ('2025-06-06')) x(d);
INSERT INTO payment (invoice_status, invoice_id, amount) SELECT status, id, 10 FROM invoice;
INSERT INTO product_family SELECT gen_random_uuid(), 'family', id, 'f' FROM tenant;
INSERT INTO plan (id, name, product_family_id, history) SELECT gen_random_uuid(), 'plan', id, '{draft,open}' FROM product_family;
INSERT INTO plan_version (id, plan_id, version) SELECT gen_random_uuid(), id, 1 FROM plan;
INSERT INTO subscription (customer_id, tenant_id, plan_version_id, start_date) SELECT c.id, c.tenant_id, v.id, '2025-01-01' FROM customer c, plan_version v;
INSERT INTO erp.supplier (name, rating) OVERRIDING SYSTEM VALUE SELECT 's' || i, i FROM generate_series(1, 3) i WHERE false;
INSERT INTO erp.supplier (id, name, rating) SELECT i, 's' || i, i FROM generate_series(1, 3) i;
INSERT INTO erp.employee (id, name, salary) VALUES (11, 'e', 1000);
INSERT INTO erp.warehouse (name, location) VALUES ('w', ROW('s', 'c', 'z', 'DE'));
INSERT INTO erp.item (sku, name, price) VALUES ('a', 'A', 1), ('b', 'B', 2);
INSERT INTO erp.stock VALUES (1, 'a', 5), (1, 'b', 6);
INSERT INTO erp.movement (warehouse_id, sku, delta) VALUES (1, 'a', 1);
INSERT INTO erp.account VALUES ('1', 'cash', NULL), ('2', 'bank', '1');
INSERT INTO erp.purchase_order (supplier_id) VALUES (1), (2);
INSERT INTO erp.purchase_line VALUES (1, 1, 'a', 1, 1);
INSERT INTO erp.no_key VALUES ('a', now());
INSERT INTO fang_tasks (metadata) VALUES ('{}');
INSERT INTO ledger (booked, cents) SELECT d, 100 FROM (VALUES (date '2024-05-05'), ('2026-01-01')) x(d);
INSERT INTO bank (bic, name) VALUES ('AAAADEFF', 'Bank');
INSERT INTO bank_account (iban, bic) VALUES ('DE1', 'AAAADEFF');
INSERT INTO mandate (iban) VALUES ('DE1');
INSERT INTO coupon (code, cents) VALUES ('A', 100), ('B', 200);
