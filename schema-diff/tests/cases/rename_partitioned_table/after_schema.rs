diesel::table! {
    happenings (id, happened_at) { id -> Int8, happened_at -> Date, body -> Nullable<Text>, }
}
