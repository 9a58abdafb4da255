// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "seat_state"))]
    pub struct SeatState;
}

diesel::table! {
    commuters (id) {
        id -> Uuid,
        screen_name -> Text,
        login -> Text,
        passwd -> Text,
        about -> Nullable<Text>,
        picture -> Nullable<Text>,
        likes_music -> Bool,
        smoker -> Bool,
        stars -> Float4,
        ratings -> Int4,
        employer -> Nullable<Text>,
        iban -> Nullable<Text>,
        signup_ts -> Timestamptz,
    }
}

diesel::table! {
    cars (id) {
        id -> Int4,
        owner -> Uuid,
        plate -> Text,
        make_model -> Text,
        paint -> Nullable<Text>,
        seat_count -> Int2,
        g_co2_km -> Nullable<Int4>,
        electric -> Bool,
    }
}

diesel::table! {
    trips (id) {
        id -> Int8,
        car_id -> Int4,
        driver_id -> Uuid,
        origin -> Text,
        dest -> Text,
        leaves -> Timestamptz,
        arrives -> Nullable<Timestamptz>,
        fare_ct -> Int4,
        detour_min -> Int4,
        luggage -> Nullable<Text>,
        pets_ok -> Bool,
        women_only -> Bool,
        cancelled -> Bool,
        memo -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::SeatState;

    seats (id) {
        id -> Int8,
        trip_id -> Int8,
        rider -> Uuid,
        state -> SeatState,
        pickup -> Text,
        dropoff -> Text,
        paid_ct -> Int4,
        review -> Nullable<Text>,
        stars_given -> Nullable<Int2>,
    }
}

diesel::joinable!(cars -> commuters (owner));
diesel::joinable!(seats -> commuters (rider));
diesel::joinable!(seats -> trips (trip_id));
diesel::joinable!(trips -> cars (car_id));

diesel::allow_tables_to_appear_in_same_query!(cars, commuters, seats, trips,);
