// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "invoice_state", schema = "public"))]
    pub struct InvoiceState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "cycle"))]
    pub struct Cycle;
}

diesel::table! {
    customers (id) {
        id -> Uuid,
        org -> Text,
        billing_mail -> Text,
        attn -> Nullable<Text>,
        country -> Bpchar,
        tax_no -> Nullable<Text>,
        po_number -> Nullable<Text>,
        stripe_id -> Nullable<Text>,
        balance -> Int8,
        dunning -> Bool,
        created_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Cycle;

    subscriptions (id) {
        id -> Uuid,
        customer_id -> Uuid,
        plan -> Text,
        seats -> Int4,
        cycle -> Cycle,
        unit_amount -> Int8,
        trial_end -> Nullable<Date>,
        renews -> Date,
        ends -> Nullable<Date>,
        coupon -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::InvoiceState;

    invoices (id) {
        id -> Uuid,
        customer_id -> Uuid,
        serial -> Nullable<Text>,
        state -> InvoiceState,
        net -> Int8,
        tax -> Int8,
        gross -> Int8,
        due -> Nullable<Date>,
        memo -> Nullable<Text>,
        pdf -> Nullable<Text>,
        attempts -> Int2,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    invoice_lines (invoice_id, pos) {
        invoice_id -> Uuid,
        pos -> Int2,
        text -> Text,
        qty -> Int4,
        amount -> Int8,
        vat_rate -> Int2,
    }
}

diesel::table! {
    payments (id) {
        id -> Uuid,
        invoice_id -> Uuid,
        gateway -> Text,
        gateway_ref -> Text,
        amount -> Int8,
        fee -> Int8,
        received -> Timestamptz,
        refunded -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(invoice_lines -> invoices (invoice_id));
diesel::joinable!(invoices -> customers (customer_id));
diesel::joinable!(payments -> invoices (invoice_id));
diesel::joinable!(subscriptions -> customers (customer_id));

diesel::allow_tables_to_appear_in_same_query!(
    customers,
    invoice_lines,
    invoices,
    payments,
    subscriptions,
);
