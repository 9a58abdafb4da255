diesel::table! {
    t (id) {
        id -> Int4,
        a -> Nullable<Int4>,
        #[cfg_attr(any(), schema_diff::comment("goes"))]
        b -> Nullable<Text>,
    }
}
