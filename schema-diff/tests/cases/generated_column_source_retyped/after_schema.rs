diesel::table! { t (id) { id -> Int4, a -> Int8, g -> Int4, } }
diesel::table! { c (id) { id -> Int4, g -> Nullable<Int4>, } }
