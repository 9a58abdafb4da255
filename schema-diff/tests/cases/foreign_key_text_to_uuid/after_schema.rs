diesel::table! { a (id) { id -> Uuid, } }
diesel::table! { b (id) { id -> Int4, a_id -> Uuid, } }
diesel::joinable!(b -> a (a_id));
