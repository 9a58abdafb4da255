// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "launch_kind"))]
    pub struct LaunchKind;
}

diesel::table! {
    gliders (reg) {
        #[max_length = 8]
        reg -> Varchar,
        #[max_length = 40]
        model -> Varchar,
        #[max_length = 4]
        comp_id -> Nullable<Varchar>,
        seats -> Int2,
        empty_mass -> Int4,
        arc_expiry -> Date,
        hangar_bay -> Nullable<Varchar>,
        grounded -> Bool,
        price_min -> Int4,
        has_flarm -> Bool,
    }
}

diesel::table! {
    pilots (id) {
        id -> Int4,
        fullname -> Text,
        licence -> Nullable<Text>,
        medical_until -> Nullable<Date>,
        instructor -> Bool,
        body_mass -> Int4,
        balance -> Int8,
        next_of_kin -> Nullable<Text>,
        kin_phone -> Nullable<Text>,
        pin -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::LaunchKind;

    flights (id) {
        id -> Int8,
        glider -> Varchar,
        p1 -> Int4,
        p2 -> Nullable<Int4>,
        takeoff -> Timestamptz,
        landing -> Nullable<Timestamptz>,
        launch -> LaunchKind,
        tow_height -> Nullable<Int4>,
        airfield -> Text,
        landed_at -> Nullable<Text>,
        notes -> Nullable<Text>,
        igc_file -> Nullable<Text>,
        charged -> Bool,
    }
}

diesel::table! {
    duty_roster (day, role) {
        day -> Date,
        role -> Text,
        pilot_id -> Int4,
        confirmed -> Bool,
        swap_wanted -> Bool,
        comment -> Nullable<Text>,
    }
}

diesel::joinable!(duty_roster -> pilots (pilot_id));
diesel::joinable!(flights -> gliders (glider));
diesel::joinable!(flights -> pilots (p1));

diesel::allow_tables_to_appear_in_same_query!(duty_roster, flights, gliders, pilots,);
