pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;
}
diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderStatus;
    orders (id) { id -> Int4, status -> OrderStatus, earlier -> Array<OrderStatus>, }
}
