pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;

    t (id) {
        id -> Int4,
        n -> Nullable<Int8>,
        m -> Nullable<Mood>,
        o -> Nullable<Text>,
        p -> Nullable<Array<Nullable<Int4>>>,
        w -> Timestamptz,
        r -> Nullable<CChar>,
        #[schema_diff::sql_type("interval day to second(3)")]
        s -> Nullable<Interval>,
        #[schema_diff::sql_type("bit(8)")]
        u -> Nullable<Bit>,
        v -> Nullable<Varchar>,
    }
}
