diesel::table! {
    t (id) {
        id -> Int4,
        b -> Int8,
        #[schema_diff::renamed_from("b")]
        c -> Text,
        #[schema_diff::renamed_from("c")]
        d -> Jsonb,
    }
}
