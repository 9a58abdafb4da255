diesel::table! {
    t (id) {
        id -> Int4,
        n -> Nullable<diesel::sql_types::Integer>,
        m -> Nullable<Text>,
        o -> Text,
        p -> Nullable<Array<Text>>,
        w -> diesel::sql_types::Nullable<Timestamp>,
        r -> Nullable<CChar>,
        s -> Nullable<Interval>,
        #[schema_diff::sql_type("bit(4)")]
        u -> Nullable<Bit>,
        #[max_length = 3]
        v -> Nullable<Varchar>,
    }
}
