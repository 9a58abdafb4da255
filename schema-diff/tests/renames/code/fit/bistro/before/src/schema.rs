// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "course"))]
    pub struct Course;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Course;

    dishes (id) {
        id -> Int4,
        title -> Text,
        price -> Int4,
        course -> Course,
        spicy -> Bool,
        veg -> Bool,
        img -> Nullable<Text>,
        available -> Bool,
        sort -> Int4,
    }
}

diesel::table! {
    order_lines (id) {
        id -> Int4,
        order_id -> Int4,
        dish_id -> Int4,
        qty -> Int4,
        price -> Int4,
        remark -> Nullable<Text>,
        done -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderStatus;

    orders (id) {
        id -> Int4,
        table_id -> Nullable<Int4>,
        waiter_id -> Int4,
        status -> OrderStatus,
        tip -> Int4,
        discount -> Int4,
        paid_with -> Nullable<Text>,
        opened -> Timestamptz,
        closed -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    reservations (id) {
        id -> Int4,
        table_id -> Int4,
        guest -> Text,
        phone -> Nullable<Text>,
        persons -> Int4,
        start -> Timestamptz,
        high_chair -> Bool,
        remark -> Nullable<Text>,
        no_show -> Bool,
    }
}

diesel::table! {
    staff (id) {
        id -> Int4,
        nick -> Text,
        pin -> Text,
        wage -> Int4,
        hired -> Date,
        phone -> Nullable<Text>,
        active -> Bool,
    }
}

diesel::table! {
    tables (id) {
        id -> Int4,
        nr -> Int4,
        seats -> Int4,
        room -> Text,
        smoking -> Bool,
    }
}

diesel::joinable!(order_lines -> dishes (dish_id));
diesel::joinable!(order_lines -> orders (order_id));
diesel::joinable!(orders -> staff (waiter_id));
diesel::joinable!(orders -> tables (table_id));
diesel::joinable!(reservations -> tables (table_id));

diesel::allow_tables_to_appear_in_same_query!(
    dishes,
    order_lines,
    orders,
    reservations,
    staff,
    tables,
);
