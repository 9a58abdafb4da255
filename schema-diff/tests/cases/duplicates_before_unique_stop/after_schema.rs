diesel::table! {
    #[schema_diff::unique(a, b)]
    t (id) { id -> Int4, a -> Nullable<Text>, b -> Nullable<Int4>, }
}
