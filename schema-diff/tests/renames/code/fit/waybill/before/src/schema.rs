// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "parcel_state"))]
    pub struct ParcelState;
}

diesel::table! {
    couriers (id) {
        id -> Int4,
        full_name -> Varchar,
        phone -> Varchar,
        vehicle_plate -> Nullable<Varchar>,
        home_depot -> Int4,
        max_weight -> Int4,
        active -> Bool,
    }
}

diesel::table! {
    depots (id) {
        id -> Int4,
        code -> Bpchar,
        title -> Varchar,
        street -> Varchar,
        town -> Varchar,
        zip -> Varchar,
        fax -> Nullable<Varchar>,
        lat -> Float8,
        lng -> Float8,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::ParcelState;

    parcels (id) {
        id -> Int4,
        shipment_id -> Int4,
        barcode -> Varchar,
        wt -> Int4,
        len -> Int4,
        width -> Int4,
        height -> Int4,
        state -> ParcelState,
        depot_id -> Nullable<Int4>,
        scanned -> Nullable<Timestamp>,
        damaged -> Bool,
    }
}

diesel::table! {
    shipments (id) {
        id -> Int4,
        ref_no -> Varchar,
        sender -> Varchar,
        recipient -> Varchar,
        recipient_phone -> Nullable<Varchar>,
        dest_street -> Varchar,
        dest_town -> Varchar,
        dest_zip -> Varchar,
        insured_value -> Nullable<Numeric>,
        remarks -> Nullable<Text>,
        pickup_date -> Date,
        due -> Nullable<Date>,
        courier_id -> Nullable<Int4>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    trk_events (id) {
        id -> Int8,
        parcel_id -> Int4,
        kind -> Varchar,
        location -> Nullable<Varchar>,
        msg -> Nullable<Text>,
        at -> Timestamp,
    }
}

diesel::joinable!(couriers -> depots (home_depot));
diesel::joinable!(parcels -> depots (depot_id));
diesel::joinable!(parcels -> shipments (shipment_id));
diesel::joinable!(shipments -> couriers (courier_id));
diesel::joinable!(trk_events -> parcels (parcel_id));

diesel::allow_tables_to_appear_in_same_query!(couriers, depots, parcels, shipments, trk_events);
