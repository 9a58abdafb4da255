diesel::table! { t (id) { id -> Int4, } }
