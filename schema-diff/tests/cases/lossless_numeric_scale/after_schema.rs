diesel::table! {
    t (id) {
        id -> Int4,
        #[schema_diff::sql_type("numeric(10,2)")]
        n -> Nullable<Numeric>,
        f -> Nullable<Int4>,
        d -> Nullable<Date>,
    }
}
