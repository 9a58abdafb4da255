diesel::table! {
    users (id) {
        id -> Int4,
        mood -> crate::models::MoodMapping,
    }
}
