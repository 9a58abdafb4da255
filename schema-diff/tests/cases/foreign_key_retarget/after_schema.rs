diesel::table! { a (id) { id -> Int4, } }
diesel::table! { b (id) { id -> Int4, } }
diesel::table! { c (id) { id -> Int4, p -> Nullable<Int4>, } }
diesel::joinable!(c -> b (p));
