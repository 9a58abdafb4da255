table! {
    ciphers (uuid) {
        uuid -> Text,
        created_at -> Timestamp,
        user_uuid -> Nullable<Text>,
        key -> Nullable<Text>,
        atype -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
        reprompt -> Nullable<Integer>,
    }
}

table! {
    devices (uuid, user_uuid) {
        uuid -> Text,
        user_uuid -> Text,
        push_token -> Nullable<Text>,
        refresh_token -> Text,
    }
}

table! {
    event (uuid) {
        uuid -> Text,
        event_type -> Integer,
        event_date -> Timestamp,
    }
}

table! {
    invitations (email) {
        email -> Text,
    }
}

table! {
    organizations (id) {
        id -> Integer,
        name -> Text,
        private_key -> Nullable<Text>,
    }
}

table! {
    users (uuid) {
        uuid -> Text,
        enabled -> Bool,
        email -> Text,
        password_hash -> Binary,
        login_verify_count -> Integer,
        security_stamp -> Text,
        api_key -> Nullable<Text>,
        quota -> BigInt,
        rating -> Double,
    }
}

joinable!(ciphers -> users (user_uuid));
joinable!(devices -> users (user_uuid));

allow_tables_to_appear_in_same_query!(ciphers, devices, event, invitations, organizations, users);
