pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "kind"))]
    pub struct Kind;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{Kind, Mood};

    t (id) {
        id -> Int4,
        mood -> Mood,
        kind -> Nullable<Kind>,
    }
}
