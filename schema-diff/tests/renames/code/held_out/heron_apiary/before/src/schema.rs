// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "colony_mood"))]
    pub struct ColonyMood;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "frame_kind"))]
    pub struct FrameKind;
}

diesel::table! {
    apiaries (id) {
        id -> Int4,
        name -> Text,
        lat -> Float8,
        lon -> Float8,
        grid_ref -> Nullable<Text>,
        landowner -> Nullable<Text>,
        gate_code -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{ColonyMood, FrameKind};

    hives (id) {
        id -> Int4,
        apiary_id -> Int4,
        label -> Text,
        frame_kind -> FrameKind,
        supers -> Int2,
        mood -> ColonyMood,
        queen_color -> Nullable<Text>,
        queen_born -> Nullable<Date>,
        wintered -> Bool,
        remarks -> Nullable<Text>,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    inspections (id) {
        id -> Int8,
        hive_id -> Int4,
        inspector -> Text,
        seen_on -> Date,
        brood_frames -> Int2,
        honey_frames -> Int2,
        mite_drop -> Nullable<Int4>,
        temper -> Nullable<Int2>,
        weather -> Nullable<Text>,
        queen_seen -> Bool,
        notes -> Nullable<Text>,
    }
}

diesel::table! {
    harvests (id) {
        id -> Int8,
        hive_id -> Int4,
        taken_on -> Date,
        weight_kg -> Float8,
        moisure_pct -> Nullable<Float8>,
        jar_count -> Int4,
        batch_tag -> Text,
    }
}

diesel::joinable!(hives -> apiaries (apiary_id));
diesel::joinable!(inspections -> hives (hive_id));
diesel::joinable!(harvests -> hives (hive_id));

diesel::allow_tables_to_appear_in_same_query!(apiaries, hives, inspections, harvests,);
