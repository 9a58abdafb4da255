pub mod store {
    pub mod sql_types {
        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "size", schema = "store"))]
        pub struct Size;
    }
    diesel::table! {
        use diesel::sql_types::*;
        use super::sql_types::Size;
        store.items (id) { id -> Int4, name -> Text, size -> Size, }
    }
    diesel::table! {
        store.sales (id) { id -> Int4, item_id -> Int4, sold_on -> Date, }
    }
    diesel::table! {
        store.returns (id) { id -> Int4, sale_id -> Int4, }
    }
}
