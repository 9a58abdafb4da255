diesel::table! {
    seen (id) {
        id -> Int4,
    }
}
