diesel::table! {
    a (id) { id -> Int4, a_id -> Int4, y -> Nullable<Int4>, }
}
diesel::table! {
    b (id) { id -> Int4, x -> Text, }
}
