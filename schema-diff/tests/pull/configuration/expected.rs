diesel::table! {
    plain (id) {
        #[schema_diff::identity]
        id -> Int4,
    }
}

diesel::table! {
    seen (id) {
        id -> Int4,
        #[schema_diff::default("'y'")]
        shown -> Nullable<Text>,
    }
}
