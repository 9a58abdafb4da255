diesel::table! { a (y, x) { x -> Int4, y -> Text, } }
diesel::table! { b (x) { x -> Int4, y -> Text, } }
diesel::table! { c (tenant, id) {
    #[schema_diff::unique]
    id -> Int4, tenant -> Int4, } }
diesel::table! { d (id) { id -> Int4, c_id -> Nullable<Int4>, } }
diesel::joinable!(d -> c (c_id));
