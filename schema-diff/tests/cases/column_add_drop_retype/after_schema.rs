diesel::table! {
    posts (id) {
        id -> Int4,
        title -> Text,
        views -> Nullable<Int8>,
        at -> Nullable<Timestamp>,
        tags -> Nullable<Array<Nullable<Text>>>,
        during -> Nullable<Tstzrange>,
    }
}
