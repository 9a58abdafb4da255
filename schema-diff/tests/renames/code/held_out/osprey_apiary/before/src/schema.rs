// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "temper"))]
    pub struct Temper;
}

diesel::table! {
    apiaries (id) {
        id -> Int4,
        title -> Varchar,
        parish -> Varchar,
        grid_ref -> Nullable<Varchar>,
        forage_notes -> Nullable<Text>,
        landowner -> Nullable<Varchar>,
        landowner_phone -> Nullable<Varchar>,
        hive_limit -> Int4,
        quarantined -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Temper;

    colonies (id) {
        id -> Int4,
        apiary_id -> Int4,
        label -> Varchar,
        queen_colour -> Nullable<Varchar>,
        queen_year -> Nullable<Int2>,
        temper -> Temper,
        hive_type -> Varchar,
        frames -> Int2,
        supers -> Int2,
        strain -> Nullable<Varchar>,
        aquired_on -> Date,
        lost_on -> Nullable<Date>,
    }
}

diesel::table! {
    inspections (id) {
        id -> Int4,
        colony_id -> Int4,
        seen_on -> Date,
        brood_frames -> Int2,
        store_frames -> Int2,
        eggs -> Bool,
        queen_seen -> Bool,
        varroa_drop -> Nullable<Int4>,
        weather -> Nullable<Varchar>,
        remarks -> Nullable<Text>,
        keeper -> Varchar,
    }
}

diesel::table! {
    harvests (id) {
        id -> Int4,
        colony_id -> Int4,
        taken_on -> Date,
        gross_kg -> Float8,
        net_kg -> Float8,
        moisture -> Nullable<Float8>,
        floral_source -> Nullable<Varchar>,
        batch -> Varchar,
        jar_count -> Int4,
    }
}

diesel::joinable!(colonies -> apiaries (apiary_id));
diesel::joinable!(harvests -> colonies (colony_id));
diesel::joinable!(inspections -> colonies (colony_id));

diesel::allow_tables_to_appear_in_same_query!(apiaries, colonies, harvests, inspections,);
