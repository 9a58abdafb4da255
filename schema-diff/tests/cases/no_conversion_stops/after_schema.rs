diesel::table! { t (id) { id -> Int4, f -> Nullable<Int4>, } }
