// @generated automatically by Diesel CLI.

diesel::table! {
    addresses (uprn) {
        uprn -> Int8,
        line1 -> Text,
        line2 -> Nullable<Text>,
        town -> Text,
        postcode -> Text,
        easting -> Int4,
        northing -> Int4,
        ward_code -> Nullable<Text>,
        assisted -> Bool,
        assist_note -> Nullable<Text>,
    }
}

diesel::table! {
    bins (id) {
        id -> Int4,
        uprn -> Int8,
        waste_kind -> Text,
        litres -> Int4,
        chip_no -> Nullable<Text>,
        delivered_on -> Nullable<Date>,
        colour -> Nullable<Text>,
        condition -> Int2,
        lost -> Bool,
    }
}

diesel::table! {
    rounds (id) {
        id -> Int4,
        code -> Text,
        weekday -> Int2,
        week_ab -> Nullable<Bpchar>,
        depot -> Text,
        crew_lead -> Nullable<Text>,
        stops -> Int4,
        active -> Bool,
    }
}

diesel::table! {
    pickups (id) {
        id -> Int8,
        round_id -> Int4,
        bin_id -> Int4,
        due_on -> Date,
        done_at -> Nullable<Timestamptz>,
        kilos -> Nullable<Float4>,
        contaminated -> Bool,
        fail_code -> Nullable<Int2>,
        crew_note -> Nullable<Text>,
        photo -> Nullable<Text>,
    }
}

diesel::table! {
    complaints (id) {
        id -> Int8,
        uprn -> Int8,
        raised_at -> Timestamptz,
        channel -> Text,
        body -> Text,
        phone -> Nullable<Text>,
        resolve_reason -> Nullable<Text>,
        closed -> Bool,
    }
}

diesel::joinable!(bins -> addresses (uprn));
diesel::joinable!(complaints -> addresses (uprn));
diesel::joinable!(pickups -> bins (bin_id));
diesel::joinable!(pickups -> rounds (round_id));

diesel::allow_tables_to_appear_in_same_query!(addresses, bins, complaints, pickups, rounds,);
