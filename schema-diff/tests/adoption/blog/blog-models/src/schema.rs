table! {
    api_tokens (id) {
        id -> Int4,
        creation_date -> Timestamp,
        value -> Text,
        user_id -> Int4,
    }
}

table! {
    blogs (id) {
        id -> Int4,
        actor_id -> Varchar,
        title -> Varchar,
        fqn -> Text,
        theme -> Nullable<Varchar>,
    }
}

table! {
    users (id) {
        id -> Int4,
        username -> Varchar,
        is_admin -> Bool,
        preferred_theme -> Nullable<Varchar>,
        hidden -> Text,
    }
}

joinable!(api_tokens -> users (user_id));

allow_tables_to_appear_in_same_query!(api_tokens, blogs, users,);
