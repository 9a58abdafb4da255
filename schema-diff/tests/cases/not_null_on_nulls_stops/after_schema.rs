diesel::table! { posts (id) { id -> Int4, a -> Text, } }
