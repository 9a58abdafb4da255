pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "Order Status"))]
    pub struct OrderStatus;
}

diesel::table! {
    #[sql_name = "1st"]
    _1st (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        order_id -> Nullable<Int4>,
        #[sql_name = "table"]
        table_ -> Nullable<Int4>,
        #[sql_name = "star"]
        star_ -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderStatus;

    #[schema_diff::comment("it's \\ \"quoted\"\non two lines")]
    #[schema_diff::unique(r#unique, r#include)]
    #[schema_diff::index(r#unique, r#include desc)]
    #[schema_diff::index(r#""a b" || '"x"\'::text"#, name = r#"quo"ted"#)]
    order (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        select -> Nullable<Text>,
        #[sql_name = "a b"]
        #[schema_diff::unique]
        a_b -> Nullable<Text>,
        #[sql_name = "größe"]
        gr__e -> Nullable<Text>,
        #[sql_name = "a;b"]
        #[schema_diff::default("'it''s'")]
        a_b_ -> Nullable<OrderStatus>,
        #[sql_name = "order"]
        order_ -> Nullable<Text>,
        unique -> Nullable<Text>,
        include -> Nullable<Text>,
    }
}

diesel::joinable!(_1st -> order (order_id));

diesel::allow_tables_to_appear_in_same_query!(_1st, order);

pub mod Odd {
    diesel::table! {
        #[sql_name = "Daily Totals"]
        Odd.Daily_Totals (Day) {
            Day -> Date,
            #[schema_diff::references(order(id), on_delete = set_null)]
            order -> Nullable<Int4>,
        }
    }
}
