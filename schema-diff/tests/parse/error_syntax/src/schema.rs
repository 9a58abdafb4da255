diesel::table! {
    users (id) {
        id -> Int4,
        name > Text,
    }
}

diesel::table! {
    posts (id) {
        id -> Int4
        name -> Text,
    }
}

diesel::table! { }

diesel::table! {
    noted (id, 1) {
        id -> Int4,
    }
}

diesel::joinable!(users posts (x));
diesel::tabel! { oops (id) { id -> Int4, } }

diesel::table! {
    remarks (id) {
        id -> Int4,
        /// nothing follows
    }
}
