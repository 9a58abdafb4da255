diesel::table! {
    t (id) {
        id -> Int4,
        #[schema_diff::sql_type("numeric(10,2)")]
        n -> Nullable<Numeric>,
    }
}
