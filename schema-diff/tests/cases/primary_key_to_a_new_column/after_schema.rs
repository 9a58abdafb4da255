diesel::table! { a (id) { id -> Int4, code -> Text, } }
