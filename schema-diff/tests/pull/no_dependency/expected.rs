diesel::table! {
    t (id) {
        id -> Int4,
        #[cfg_attr(any(), schema_diff::default(1))]
        a -> Nullable<Int4>,
        #[cfg_attr(any(), schema_diff::unique)]
        b -> Nullable<Text>,
    }
}
