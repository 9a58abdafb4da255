diesel::table! {
    posts (id) {
        id -> Int4,
        #[schema_diff::default("1")]
        size -> Int4,
    }
}
