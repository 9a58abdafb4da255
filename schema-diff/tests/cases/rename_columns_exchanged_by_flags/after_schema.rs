diesel::table! {
    t (id) { id -> Int4, b -> Text, a -> Nullable<Text>, }
}
