diesel::table! {
    known (id) {
        id -> Int4,
    }
}
