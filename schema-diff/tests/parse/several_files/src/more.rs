use diesel::table;

table! {
    more (id) {
        id -> Int4,
    }
}
