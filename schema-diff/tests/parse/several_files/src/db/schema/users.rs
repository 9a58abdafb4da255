diesel::table! {
    users (id) {
        id -> Int4,
        mood -> crate::db::schema::third::Mood,
    }
}
