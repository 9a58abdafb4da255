diesel::table! { t (id) { id -> Int4, f -> Nullable<Array<Nullable<Int4>>>, } }
