//! What schema.sql creates.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;
}

#[derive(Clone, Copy, Debug, diesel_derive_enum::DbEnum)]
#[db_enum(existing_type_path = "crate::schema::sql_types::OrderStatus")]
pub enum OrderStatus {
    New,
    Paid,
    Shipped,
    Cancelled,
    Lost,
}

diesel::table! {
    customers (id) {
        id -> Int8,
        #[max_length = 200]
        #[schema_diff::unique(name = "customers_email_key")]
        email -> Varchar,
        #[schema_diff::index(name = "customers_name_idx")]
        name -> Text,
        #[max_length = 30]
        #[schema_diff::index(name = "customers_phone_idx")]
        phone -> Nullable<Varchar>,
        locale -> Nullable<Text>,
        #[max_length = 100]
        city -> Nullable<Varchar>,
        #[schema_diff::sql_type("numeric(10,2)")]
        #[schema_diff::default(100)]
        credit_limit -> Numeric,
        #[max_length = 20]
        legacy_code -> Nullable<Varchar>,
        #[schema_diff::default("now()")]
        registered_at -> Timestamp,
    }
}

diesel::table! {
    products (id) {
        id -> Int4,
        #[max_length = 40]
        #[schema_diff::unique(name = "products_sku_key")]
        sku -> Varchar,
        #[max_length = 200]
        title -> Varchar,
        description -> Nullable<Text>,
        category -> Text,
        #[schema_diff::sql_type("numeric(10,2)")]
        #[schema_diff::check("price >= 0", name = "products_price_check")]
        price -> Numeric,
        #[schema_diff::sql_type("numeric(8,2)")]
        weight -> Nullable<Numeric>,
        #[schema_diff::default(0)]
        views -> Int4,
        #[schema_diff::default("'{}'")]
        details -> Text,
        #[schema_diff::default(true)]
        active -> Bool,
        available_from -> Nullable<Date>,
        available_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderStatus;

    orders (id) {
        id -> Int4,
        #[schema_diff::references(customers(id), name = "orders_customer_id_fkey")]
        #[schema_diff::index(name = "orders_customer_id_idx")]
        customer_id -> Int8,
        #[max_length = 20]
        number -> Varchar,
        #[schema_diff::default("'new'")]
        status -> OrderStatus,
        #[schema_diff::sql_type("numeric(12,2)")]
        #[schema_diff::check("total >= 0", name = "orders_total_check")]
        total -> Numeric,
        #[schema_diff::sql_type("numeric(12,2)")]
        discount -> Nullable<Numeric>,
        remark -> Nullable<Text>,
        delivery -> Nullable<Tstzrange>,
        #[schema_diff::default("now()")]
        #[schema_diff::index(name = "orders_placed_at_idx")]
        placed_at -> Timestamptz,
        shipped_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    order_lines (order_id, line_no) {
        #[schema_diff::references(orders(id), name = "order_lines_order_id_fkey")]
        order_id -> Int4,
        line_no -> Int4,
        product_id -> Int4,
        #[schema_diff::default(1)]
        #[schema_diff::check("quantity > 0", name = "order_lines_quantity_check")]
        quantity -> Int4,
        #[schema_diff::sql_type("numeric(10,2)")]
        unit_price -> Numeric,
        gift_text -> Nullable<Text>,
    }
}

diesel::table! {
    events (id) {
        #[schema_diff::default("gen_random_uuid()")]
        id -> Uuid,
        #[schema_diff::index(name = "events_kind_idx")]
        kind -> Text,
        actor_id -> Nullable<Int8>,
        payload -> Jsonb,
        #[max_length = 50]
        source -> Nullable<Varchar>,
        #[schema_diff::default("now()")]
        #[schema_diff::index(name = "events_happened_at_idx")]
        happened_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (token) {
        token -> Text,
        owner_id -> Nullable<Int8>,
        user_agent -> Nullable<Text>,
        #[max_length = 45]
        address -> Nullable<Varchar>,
        #[schema_diff::default(0)]
        hits -> Nullable<Int4>,
        #[schema_diff::default("now()")]
        started_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(orders -> customers (customer_id));
diesel::joinable!(order_lines -> orders (order_id));

diesel::allow_tables_to_appear_in_same_query!(customers, products, orders, order_lines, events, sessions);
