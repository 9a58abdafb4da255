// @generated automatically by Diesel CLI.

diesel::table! {
    races (id) {
        id -> Int4,
        year -> Int2,
        distance -> Varchar,
        metres -> Int4,
        gun_time -> Nullable<Timestamptz>,
        cutoff_s -> Int4,
        fee -> Int4,
        cap -> Nullable<Int4>,
        sponsor -> Nullable<Varchar>,
        results_public -> Bool,
    }
}

diesel::table! {
    runners (id) {
        id -> Int8,
        race_id -> Int4,
        bib -> Nullable<Int4>,
        first -> Varchar,
        last -> Varchar,
        born -> Date,
        sex -> Bpchar,
        club -> Nullable<Varchar>,
        nation -> Bpchar,
        chip -> Nullable<Varchar>,
        wave -> Int2,
        best_s -> Nullable<Int4>,
        paid -> Bool,
        shirt -> Nullable<Varchar>,
        contact_email -> Varchar,
        sos_name -> Nullable<Varchar>,
        sos_phone -> Nullable<Varchar>,
        dnf_reason -> Nullable<Varchar>,
    }
}

diesel::table! {
    mats (id) {
        id -> Int4,
        race_id -> Int4,
        label -> Varchar,
        km -> Float8,
        reader_serial -> Nullable<Varchar>,
        is_finish -> Bool,
        min_gap_s -> Int4,
    }
}

diesel::table! {
    reads (id) {
        id -> Int8,
        mat_id -> Int4,
        chip -> Varchar,
        at -> Timestamptz,
        rssi -> Nullable<Int2>,
        source -> Varchar,
        discarded -> Bool,
        operator -> Nullable<Varchar>,
    }
}

diesel::joinable!(mats -> races (race_id));
diesel::joinable!(reads -> mats (mat_id));
diesel::joinable!(runners -> races (race_id));

diesel::allow_tables_to_appear_in_same_query!(mats, races, reads, runners,);
