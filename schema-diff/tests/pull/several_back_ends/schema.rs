use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    users (uuid) {
        uuid -> Text,
        name -> Text,
        email -> Text,
        nick -> Nullable<Text>,
        status -> Integer,
        key -> Nullable<Binary>,
        at -> Timestamp,
        position -> Integer,
        ok -> Bool,
    }
}

table! {
    devices (id) {
        id -> Integer,
        user_uuid -> Text,
        label -> Nullable<VarChar>,
        big -> Nullable<BigInt>,
    }
}

table! {
    counted (id) {
        id -> Integer,
        n -> Nullable<Integer>,
    }
}

joinable!(devices -> users (user_uuid));

allow_tables_to_appear_in_same_query!(users, devices, counted);
