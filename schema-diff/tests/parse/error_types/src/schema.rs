mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(oid = 4711, array_oid = 4712))]
    pub struct Numbered;
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;
    pub mod again {
        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "same"))]
        pub struct Same;
    }
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "same", schema = "other"))]
    pub struct Same;
}

diesel::table! {
    users (id) {
        id -> Int,
        name -> Strng,
        at -> Datetime,
        pair -> Record<(Int4, Text)>,
        status -> OrderStaus,
        numbered -> super::sql_types::Numbered,
        spans -> Range<Text>,
        maybe -> Nullable,
        alien -> some_crate::sql_types::Alien,
        same -> Same,
        counted -> Nullable<Serial>,
    }
}
