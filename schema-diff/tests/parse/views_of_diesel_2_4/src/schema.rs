diesel::view! {
    active_users {
        id -> Int4,
        name -> Nullable<Text>,
    }
}

diesel::table! {
    counters {
        #[auto_increment]
        id -> Int4,
        #[cfg(test)]
        hidden -> Int4,
    }
}
