diesel::table! { x (id) { id -> Int4, } }
diesel::table! { a (id) { id -> Int4, b_id -> Nullable<Int4>,
    #[schema_diff::references(a(id), on_delete = cascade)]
    up -> Nullable<Int4>, } }
diesel::table! { b (id) { id -> Int4, a_id -> Int4,
    #[schema_diff::references(a(id), on_delete = set_null)]
    other_a -> Nullable<Int4>, } }
diesel::joinable!(a -> b (b_id));
diesel::joinable!(b -> a (a_id));
