// @generated automatically by Diesel CLI.

diesel::table! {
    /// People.
    users (id) {
        id -> Int4,
        #[max_length = 120]
        name -> Varchar,
        email -> Nullable<Text>,
        /// Names in Rust that SQL has otherwise.
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        r#ref -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    posts {
        id -> BigSerial,
        author_id -> Integer,
        tags -> Array<Text>,
        labels -> Nullable<Array<Nullable<Varchar>>>,
        matrix -> Array<Array<Float8>>,
    }
}

diesel::table! {
    #[sql_name = "Odd Name"]
    odd (left_id, right_id) {
        left_id -> Int4,
        right_id -> Int8,
    }
}

diesel::joinable!(posts -> users (author_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts,);
