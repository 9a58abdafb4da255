diesel::table! { t (id) { id -> Int4, #[schema_diff::check("a > 0", name = "lower_a")] a -> Nullable<Int4>, b -> Nullable<Int8>, } }
