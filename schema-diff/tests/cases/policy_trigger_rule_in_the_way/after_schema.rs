diesel::table! { t (id) { id -> Int4, a -> Nullable<Int8>, b -> Nullable<Text>, } }
diesel::table! { log (id) { id -> Int4, x -> Nullable<Text>, } }
