use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    users (uuid) {
        #[cfg_attr(any(), schema_diff::sql_type("character(36)"))]
        uuid -> Text,
        #[cfg_attr(any(), schema_diff::sql_type("varchar(40)"))]
        name -> Text,
        email -> Text,
        #[cfg_attr(any(), schema_diff::sql_type("citext"))]
        nick -> Nullable<Text>,
        status -> Integer,
        key -> Nullable<Binary>,
        at -> Timestamp,
        position -> Integer,
        #[cfg_attr(any(), schema_diff::default(true))]
        ok -> Bool,
    }
}

table! {
    devices (id) {
        id -> Integer,
        #[cfg_attr(any(), schema_diff::sql_type("character(36)"))]
        user_uuid -> Text,
        #[cfg_attr(any(), schema_diff::sql_type("character(10)"))]
        label -> Nullable<VarChar>,
        big -> Nullable<BigInt>,
    }
}

table! {
    counted (id) {
        #[cfg_attr(any(), schema_diff::identity)]
        id -> Integer,
        n -> Nullable<Integer>,
    }
}

diesel::table! {
    tokens (id) {
        id -> Int4,
        device_id -> Int4,
        #[cfg_attr(any(), schema_diff::sql_type("character(8)"))]
        code -> Text,
        #[max_length = 20]
        label -> Nullable<Varchar>,
        raw -> Nullable<Binary>,
        meta -> Nullable<Jsonb>,
        seen -> Nullable<Timestamptz>,
    }
}

joinable!(devices -> users (user_uuid));
diesel::joinable!(tokens -> devices (device_id));

allow_tables_to_appear_in_same_query!(users, devices, counted, tokens);
