// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "severity"))]
    pub struct Severity;
}

diesel::table! {
    devices (id) {
        id -> Uuid,
        serial -> Text,
        model -> Text,
        fw -> Nullable<Text>,
        site_id -> Int4,
        lat -> Nullable<Float8>,
        lng -> Nullable<Float8>,
        batt -> Nullable<Int2>,
        ip -> Nullable<Text>,
        seen -> Nullable<Timestamptz>,
        retired -> Bool,
        meta -> Jsonb,
    }
}

diesel::table! {
    sites (id) {
        id -> Int4,
        label -> Text,
        tz -> Text,
        manager -> Nullable<Text>,
        pager -> Nullable<Text>,
        floor_area -> Nullable<Float8>,
    }
}

diesel::table! {
    readings (device_id, at) {
        device_id -> Uuid,
        at -> Timestamptz,
        metric -> Text,
        val -> Float8,
        quality -> Int2,
        raw -> Nullable<Bytea>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Severity;

    alarms (id) {
        id -> Int8,
        device_id -> Uuid,
        rule -> Text,
        level -> Severity,
        raised -> Timestamptz,
        cleared -> Nullable<Timestamptz>,
        ack_by -> Nullable<Text>,
        ticket -> Nullable<Text>,
        muted -> Bool,
    }
}

diesel::joinable!(alarms -> devices (device_id));
diesel::joinable!(devices -> sites (site_id));
diesel::joinable!(readings -> devices (device_id));

diesel::allow_tables_to_appear_in_same_query!(
    alarms,
    devices,
    readings,
    sites,
);
