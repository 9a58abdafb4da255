// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "urgency"))]
    pub struct Urgency;
}

diesel::table! {
    buildings (id) {
        id -> Int4,
        street -> Text,
        hous_number -> Text,
        zip -> Text,
        town -> Text,
        built -> Nullable<Int4>,
        caretaker -> Nullable<Text>,
        lift -> Bool,
        heating -> Nullable<Text>,
    }
}

diesel::table! {
    flats (id) {
        id -> Int4,
        building_id -> Int4,
        flat_door -> Text,
        flat_floor -> Int4,
        flat_sqm -> Numeric,
        rooms -> Int4,
        balcony -> Bool,
        pets -> Bool,
        descr -> Nullable<Text>,
        floor_plan -> Nullable<Text>,
    }
}

diesel::table! {
    leases (id) {
        id -> Int4,
        flat_id -> Int4,
        tenant_id -> Int4,
        begin -> Date,
        end -> Nullable<Date>,
        net_rent -> Numeric,
        extras -> Numeric,
        deposit -> Numeric,
        notice -> Nullable<Date>,
        parking -> Nullable<Text>,
        indexed -> Bool,
    }
}

diesel::table! {
    payments (id) {
        id -> Int4,
        lease_id -> Int4,
        booked -> Date,
        amount -> Numeric,
        purpose -> Nullable<Text>,
        reminder -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Urgency;

    repairs (id) {
        id -> Int4,
        flat_id -> Int4,
        reported -> Timestamptz,
        urgency -> Urgency,
        what -> Text,
        craftsman -> Nullable<Text>,
        cost -> Nullable<Numeric>,
        resolve_reason -> Nullable<Text>,
        insured -> Bool,
    }
}

diesel::table! {
    tenants (id) {
        id -> Int4,
        salutation -> Nullable<Text>,
        name -> Text,
        mobile -> Nullable<Text>,
        landline -> Nullable<Text>,
        email -> Nullable<Text>,
        iban -> Nullable<Text>,
        employer -> Nullable<Text>,
        smoker -> Bool,
    }
}

diesel::joinable!(flats -> buildings (building_id));
diesel::joinable!(leases -> flats (flat_id));
diesel::joinable!(leases -> tenants (tenant_id));
diesel::joinable!(payments -> leases (lease_id));
diesel::joinable!(repairs -> flats (flat_id));

diesel::allow_tables_to_appear_in_same_query!(
    buildings,
    flats,
    leases,
    payments,
    repairs,
    tenants,
);
