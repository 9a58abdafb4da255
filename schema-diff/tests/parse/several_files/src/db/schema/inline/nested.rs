diesel::table! {
    nested (id) {
        id -> Int4,
    }
}
