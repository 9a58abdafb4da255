diesel::table! {
    größe (id) {
        id -> Int4, /* 🙂 */ maß -> Txt,
    }
}
