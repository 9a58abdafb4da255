diesel::table! {
    users (idd, id, id) {
        id -> Int4,
        name -> Text,
        #[sql_name = "name"]
        name_ -> Text,
    }
}

pub mod other {
    diesel::table! {
        #[sql_name = "users"]
        people (id) {
            id -> Int4,
            #[sql_name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
            long -> Text,
            #[sql_name = "with\0nul"]
            nul -> Text,
            #[sql_name = ""]
            empty -> Text,
            #[max_length = 0]
            short -> Text,
        }
    }
}

diesel::table! {
    keyless {
        name -> Text,
    }
}

diesel::table! {
    nothing (id) {
    }
}
