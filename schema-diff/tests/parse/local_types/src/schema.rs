pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood", schema = "app"))]
    pub struct Mood;

    #[cfg_attr(feature = "full", derive(diesel::sql_types::SqlType))]
    #[cfg_attr(feature = "full", diesel(postgres_type(name = "ltree")))]
    pub struct Ltree;

    #[derive(diesel::sql_types::SqlType)]
    #[postgres(type_name = "old_form", type_schema = "app")]
    pub struct OldForm;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "xml"))]
    pub struct Xml;

    // Shadows Diesel's name where it is imported.
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "my_money"))]
    pub struct Money;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(oid = 4711, array_oid = 4712))]
    pub struct OnlyNumbered;

    pub type Feeling = Mood;
    pub use self::inner::Deep;
    pub mod inner {
        #[derive(diesel::sql_types::SqlType)]
        #[diesel(postgres_type(name = "deep"))]
        pub struct Deep;
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{OrderStatus, Mood as Temper, Money};

    orders (id) {
        id -> Int4,
        status -> OrderStatus,
        temper -> Nullable<Temper>,
        price -> Money,
        all -> Array<Nullable<OrderStatus>>,
        path -> crate::schema::sql_types::Ltree,
        old -> super::sql_types::OldForm,
        words -> super::sql_types::Tsvector,
        markup -> super::sql_types::Xml,
        feeling -> super::sql_types::Feeling,
        deep -> super::sql_types::Deep,
    }
}

diesel::table! {
    bare (id) {
        id -> Int4,
        price -> Money,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::schema::sql_types::*;
    use diesel_full_text_search::Tsvector as Words;
    use pgvector::sql_types::*;

    globbed (id) {
        id -> Int4,
        mood -> Mood,
        words -> Words,
        embedding -> Vector,
        price -> diesel::sql_types::Money,
    }
}
