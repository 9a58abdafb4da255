diesel::table! { a (id) { id -> Int4, } }
diesel::table! { b (id) { id -> Int4, } }
diesel::table! { c (id) { id -> Int4, #[schema_diff::references(b, on_delete = cascade, deferrable)] p -> Nullable<Int4>, } }
diesel::joinable!(c -> b (p));
