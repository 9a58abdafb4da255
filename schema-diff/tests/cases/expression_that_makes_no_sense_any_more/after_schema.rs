diesel::table! { t (id) { id -> Int4, a -> Nullable<Text>, } }
