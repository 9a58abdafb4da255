diesel::table! { t (id) { id -> Int4, a -> Nullable<Int8>, b -> Nullable<Text>, } }
