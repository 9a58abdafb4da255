// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "severity"))]
    pub struct Severity;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Severity;

    alarms (id) {
        id -> Int8,
        device_id -> Int4,
        rule_id -> Nullable<Int4>,
        sev -> Severity,
        msg -> Text,
        raised -> Timestamptz,
        cleared -> Nullable<Timestamptz>,
        acked_by -> Nullable<Text>,
        muted -> Bool,
    }
}

diesel::table! {
    devices (id) {
        id -> Int4,
        site_id -> Int4,
        serial -> Text,
        #[sql_name = "type"]
        type_ -> Text,
        fw -> Text,
        addr -> Nullable<Inet>,
        lat -> Nullable<Float8>,
        lon -> Nullable<Float8>,
        battery -> Nullable<Int2>,
        enabled -> Bool,
        last_seen -> Nullable<Timestamptz>,
        secret -> Text,
    }
}

diesel::table! {
    readings (device_id, metric, ts) {
        device_id -> Int4,
        metric -> Text,
        ts -> Timestamptz,
        val -> Float8,
        quality -> Int2,
        raw -> Nullable<Jsonb>,
    }
}

diesel::table! {
    rules (id) {
        id -> Int4,
        metric -> Text,
        min -> Nullable<Float8>,
        max -> Nullable<Float8>,
        hold_secs -> Int4,
        active -> Bool,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    #[sql_name = "sites"]
    locations (id) {
        id -> Int4,
        label -> Text,
        tz -> Text,
        contact -> Nullable<Text>,
        street -> Nullable<Text>,
        city -> Nullable<Text>,
    }
}

diesel::joinable!(alarms -> devices (device_id));
diesel::joinable!(alarms -> rules (rule_id));
diesel::joinable!(devices -> locations (site_id));
diesel::joinable!(readings -> devices (device_id));

diesel::allow_tables_to_appear_in_same_query!(
    alarms,
    devices,
    locations,
    readings,
    rules,
);
