diesel::table! { a (id) { id -> Int8, a_id -> Nullable<Int8>, } }
diesel::table! { b (id) { id -> Int8, a_id -> Int8, b_id -> Nullable<Int8>, } }
diesel::joinable!(b -> a (a_id));
