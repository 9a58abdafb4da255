diesel::table! { t (g) { a -> Int2, g -> Int4, } }
diesel::table! { c (id) { id -> Int4, g -> Int4, } }
