diesel::table! { a (x, y) { x -> Int4, y -> Text, } }
diesel::table! {
    #[schema_diff::foreign_key(x, y -> a(x, y), on_delete = cascade)]
    c (id) { id -> Int4, x -> Nullable<Int4>, y -> Nullable<Text>, }
}
