// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "address", schema = "erp"))]
    pub struct Address;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "box", schema = "pg_catalog"))]
    pub struct Box;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "circle", schema = "pg_catalog"))]
    pub struct Circle;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "currency"))]
    pub struct Currency;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "interval_unit"))]
    pub struct IntervalUnit;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "invoice_status"))]
    pub struct InvoiceStatus;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "point", schema = "pg_catalog"))]
    pub struct Point;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "status", schema = "erp"))]
    pub struct Status;
}

diesel::table! {
    api_token (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        hash -> Text,
        #[max_length = 8]
        hint -> Varchar,
    }
}

diesel::table! {
    applied_coupon (customer_id, coupon) {
        #[max_length = 20]
        coupon -> Varchar,
        customer_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Point;

    bank (bic) {
        #[max_length = 11]
        bic -> Bpchar,
        name -> Text,
        clearing -> Nullable<Point>,
        uuid_ns -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Address;

    bank_account (iban) {
        #[max_length = 34]
        iban -> Varchar,
        #[max_length = 11]
        bic -> Bpchar,
        holder -> Address,
        balance -> Money,
    }
}

diesel::table! {
    coupon (code) {
        #[max_length = 20]
        code -> Varchar,
        percent -> Nullable<Numeric>,
        cents -> Nullable<Int8>,
        limits -> Nullable<Int4range>,
        tags -> Array<Nullable<Text>>,
    }
}

diesel::table! {
    credit_note (id) {
        id -> Int4,
        payment_id -> Nullable<Int8>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Address;
    use super::sql_types::Currency;

    customer (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        name -> Text,
        alias -> Nullable<Text>,
        #[max_length = 320]
        email -> Nullable<Varchar>,
        balance_value_cents -> Int8,
        billing_address -> Nullable<Address>,
        #[max_length = 2]
        country -> Nullable<Bpchar>,
        discount -> Nullable<Numeric>,
        credit -> Numeric,
        currency -> Currency,
        archived_at -> Nullable<Timestamptz>,
        updated_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    document (id) {
        id -> Uuid,
        kind -> Nullable<Char>,
        body -> Nullable<Bytea>,
        #[max_length = 255]
        name -> Varchar,
        size -> Nullable<Int4>,
        owner -> Nullable<Uuid>,
    }
}

diesel::table! {
    document_link (parent, child) {
        parent -> Uuid,
        child -> Uuid,
    }
}

diesel::table! {
    dunning_step (id) {
        id -> Int2,
        order -> Int2,
        primary -> Nullable<Bool>,
        #[sql_name = "table"]
        table_ -> Nullable<Text>,
        days -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Currency;

    exchange_rate (id) {
        id -> Uuid,
        at -> Date,
        rates -> Jsonb,
        base -> Currency,
    }
}

diesel::table! {
    fang_tasks (id) {
        id -> Uuid,
        metadata -> Jsonb,
        #[max_length = 12]
        state -> Varchar,
        #[max_length = 64]
        uniq_hash -> Nullable<Bpchar>,
        scheduled_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    invoice (status, id) {
        id -> Int8,
        tenant_id -> Uuid,
        status -> InvoiceStatus,
        #[max_length = 40]
        number -> Varchar,
        customer_id -> Uuid,
        issued -> Date,
        subtotal -> Numeric,
        tax_rate -> Numeric,
        total -> Nullable<Numeric>,
        lines -> Jsonb,
        #[max_length = 20]
        reference -> Nullable<Varchar>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    invoice_closed (status, id) {
        id -> Int8,
        tenant_id -> Uuid,
        status -> InvoiceStatus,
        #[max_length = 40]
        number -> Varchar,
        customer_id -> Uuid,
        issued -> Date,
        subtotal -> Numeric,
        tax_rate -> Numeric,
        total -> Nullable<Numeric>,
        lines -> Jsonb,
        #[max_length = 20]
        reference -> Nullable<Varchar>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    invoice_closed_new (status, id) {
        id -> Int8,
        tenant_id -> Uuid,
        status -> InvoiceStatus,
        #[max_length = 40]
        number -> Varchar,
        customer_id -> Uuid,
        issued -> Date,
        subtotal -> Numeric,
        tax_rate -> Numeric,
        total -> Nullable<Numeric>,
        lines -> Jsonb,
        #[max_length = 20]
        reference -> Nullable<Varchar>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    invoice_closed_old (status, id) {
        id -> Int8,
        tenant_id -> Uuid,
        status -> InvoiceStatus,
        #[max_length = 40]
        number -> Varchar,
        customer_id -> Uuid,
        issued -> Date,
        subtotal -> Numeric,
        tax_rate -> Numeric,
        total -> Nullable<Numeric>,
        lines -> Jsonb,
        #[max_length = 20]
        reference -> Nullable<Varchar>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    invoice_open (status, id) {
        id -> Int8,
        tenant_id -> Uuid,
        status -> InvoiceStatus,
        #[max_length = 40]
        number -> Varchar,
        customer_id -> Uuid,
        issued -> Date,
        subtotal -> Numeric,
        tax_rate -> Numeric,
        total -> Nullable<Numeric>,
        lines -> Jsonb,
        #[max_length = 20]
        reference -> Nullable<Varchar>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    invoice_other (status, id) {
        id -> Int8,
        tenant_id -> Uuid,
        status -> InvoiceStatus,
        #[max_length = 40]
        number -> Varchar,
        customer_id -> Uuid,
        issued -> Date,
        subtotal -> Numeric,
        tax_rate -> Numeric,
        total -> Nullable<Numeric>,
        lines -> Jsonb,
        #[max_length = 20]
        reference -> Nullable<Varchar>,
    }
}

diesel::table! {
    ledger (booked, id) {
        id -> Int8,
        booked -> Date,
        cents -> Int8,
        half -> Nullable<Int8>,
    }
}

diesel::table! {
    ledger_2024 (booked, id) {
        id -> Int8,
        booked -> Date,
        cents -> Int8,
        half -> Nullable<Int8>,
    }
}

diesel::table! {
    ledger_rest (booked, id) {
        id -> Int8,
        booked -> Date,
        cents -> Int8,
        half -> Nullable<Int8>,
    }
}

diesel::table! {
    ledger_tag (booked, id, tag) {
        booked -> Date,
        id -> Int8,
        tag -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Status;

    mandate (id) {
        id -> Int4,
        #[max_length = 34]
        iban -> Varchar,
        signed -> Date,
        revoked -> Nullable<Date>,
        history -> Nullable<Array<Nullable<Status>>>,
        seen -> Nullable<Array<Nullable<Inet>>>,
    }
}

diesel::table! {
    metric (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        code -> Text,
        unit_factor -> Float8,
        min -> Nullable<Float4>,
        segment -> Nullable<Jsonb>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Currency;

    organization (id) {
        id -> Uuid,
        trade_name -> Text,
        created_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
        default_currency -> Currency,
    }
}

diesel::table! {
    outbox (id) {
        id -> Int8,
        topic -> Text,
        lsn -> PgLsn,
        body -> Nullable<Bytea>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    payment (id) {
        id -> Int8,
        invoice_status -> Nullable<InvoiceStatus>,
        invoice_id -> Nullable<Int8>,
        amount -> Money,
        fee -> Nullable<Numeric>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;
    use super::sql_types::Status;

    plan (id) {
        id -> Uuid,
        name -> Text,
        product_family_id -> Uuid,
        status -> InvoiceStatus,
        history -> Array<Nullable<InvoiceStatus>>,
        erp_status -> Nullable<Status>,
    }
}

diesel::table! {
    plan_version (id) {
        id -> Uuid,
        plan_id -> Uuid,
        version -> Int4,
        is_draft -> Bool,
        trial -> Nullable<Interval>,
        notice -> Nullable<Interval>,
        billing_cycles -> Nullable<Int4>,
        net_terms -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::IntervalUnit;

    price_component (id) {
        id -> Uuid,
        plan_version_id -> Uuid,
        name -> Text,
        fee -> Jsonb,
        unit -> IntervalUnit,
    }
}

diesel::table! {
    product (id) {
        id -> Uuid,
        name -> Text,
        family_id -> Uuid,
        tenant_id -> Uuid,
        weight -> Nullable<Numeric>,
        dims -> Nullable<Array<Nullable<Int4>>>,
        parent -> Nullable<Uuid>,
    }
}

diesel::table! {
    product_family (id) {
        id -> Uuid,
        name -> Text,
        tenant_id -> Uuid,
        local_id -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceStatus;

    reminder (id) {
        id -> Int8,
        step -> Nullable<Int2>,
        invoice_status -> InvoiceStatus,
        invoice_id -> Int8,
    }
}

diesel::table! {
    subscription (id) {
        id -> Uuid,
        customer_id -> Uuid,
        tenant_id -> Uuid,
        plan_version_id -> Uuid,
        start_date -> Date,
        end_date -> Nullable<Date>,
        period -> Nullable<Daterange>,
        mrr_cents -> Int8,
        billing_day -> Int2,
    }
}

diesel::table! {
    tax_rate (zone_id, valid) {
        zone_id -> Int4,
        valid -> Daterange,
        rate -> Numeric,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Circle;
    use super::sql_types::Box;

    tax_zone (id) {
        id -> Int4,
        name -> Text,
        area -> Nullable<Circle>,
        parts -> Nullable<Array<Nullable<Box>>>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Currency;

    tenant (id) {
        id -> Uuid,
        organization_id -> Uuid,
        #[max_length = 20]
        environment -> Varchar,
        currency -> Currency,
    }
}

diesel::table! {
    webhook_endpoint (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        url -> Text,
        secret -> Bytea,
        events -> Array<Nullable<Text>>,
        enabled -> Bool,
    }
}

diesel::table! {
    webhook_event (id) {
        id -> Uuid,
        endpoint_id -> Uuid,
        created -> Timestamptz,
        kind -> Text,
        payload -> Nullable<Json>,
        req -> Nullable<Inet>,
        http_status -> Nullable<Int2>,
    }
}

diesel::joinable!(api_token -> tenant (tenant_id));
diesel::joinable!(applied_coupon -> coupon (coupon));
diesel::joinable!(applied_coupon -> customer (customer_id));
diesel::joinable!(bank_account -> bank (bic));
diesel::joinable!(credit_note -> payment (payment_id));
diesel::joinable!(customer -> tenant (tenant_id));
diesel::joinable!(document -> customer (owner));
diesel::joinable!(invoice -> customer (customer_id));
diesel::joinable!(invoice -> tenant (tenant_id));
diesel::joinable!(invoice_closed -> customer (customer_id));
diesel::joinable!(invoice_closed -> tenant (tenant_id));
diesel::joinable!(invoice_closed_new -> customer (customer_id));
diesel::joinable!(invoice_closed_new -> tenant (tenant_id));
diesel::joinable!(invoice_closed_old -> customer (customer_id));
diesel::joinable!(invoice_closed_old -> tenant (tenant_id));
diesel::joinable!(invoice_open -> customer (customer_id));
diesel::joinable!(invoice_open -> tenant (tenant_id));
diesel::joinable!(invoice_other -> customer (customer_id));
diesel::joinable!(invoice_other -> tenant (tenant_id));
diesel::joinable!(mandate -> bank_account (iban));
diesel::joinable!(metric -> tenant (tenant_id));
diesel::joinable!(plan -> product_family (product_family_id));
diesel::joinable!(plan_version -> plan (plan_id));
diesel::joinable!(price_component -> plan_version (plan_version_id));
diesel::joinable!(product -> product_family (family_id));
diesel::joinable!(product -> tenant (tenant_id));
diesel::joinable!(product_family -> tenant (tenant_id));
diesel::joinable!(reminder -> dunning_step (step));
diesel::joinable!(subscription -> plan_version (plan_version_id));
diesel::joinable!(tax_rate -> tax_zone (zone_id));
diesel::joinable!(tenant -> organization (organization_id));
diesel::joinable!(webhook_endpoint -> tenant (tenant_id));
diesel::joinable!(webhook_event -> webhook_endpoint (endpoint_id));

diesel::allow_tables_to_appear_in_same_query!(
    api_token,
    applied_coupon,
    bank,
    bank_account,
    coupon,
    credit_note,
    customer,
    document,
    document_link,
    dunning_step,
    exchange_rate,
    fang_tasks,
    invoice,
    invoice_closed,
    invoice_closed_new,
    invoice_closed_old,
    invoice_open,
    invoice_other,
    ledger,
    ledger_2024,
    ledger_rest,
    ledger_tag,
    mandate,
    metric,
    organization,
    outbox,
    payment,
    plan,
    plan_version,
    price_component,
    product,
    product_family,
    reminder,
    subscription,
    tax_rate,
    tax_zone,
    tenant,
    webhook_endpoint,
    webhook_event,
);

diesel::table! {
    customer_overview (id) {
        id -> Uuid,
        name -> Text,
        email -> Nullable<Varchar>,
        country -> Nullable<Bpchar>,
        environment -> Varchar,
        turnover -> Nullable<Numeric>,
    }
}
