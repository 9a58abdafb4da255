diesel::table! { a (id) { id -> Text, } }
diesel::table! { b (id) { id -> Int4, a_id -> Text, } }
diesel::joinable!(b -> a (a_id));
