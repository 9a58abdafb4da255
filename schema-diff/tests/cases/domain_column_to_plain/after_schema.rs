diesel::table! { t (id) { id -> Int4, c -> Int4, } }
