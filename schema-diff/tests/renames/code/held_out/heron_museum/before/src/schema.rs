// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "loan_state", schema = "loans"))]
    pub struct LoanState;
}

diesel::table! {
    collection.objects (id) {
        id -> Int4,
        accession_no -> Text,
        title -> Text,
        maker -> Nullable<Text>,
        made_from -> Nullable<Int2>,
        made_to -> Nullable<Int2>,
        material -> Nullable<Text>,
        height_mm -> Nullable<Int4>,
        width_mm -> Nullable<Int4>,
        room_id -> Nullable<Int4>,
        insured_eur -> Nullable<Numeric>,
        on_display -> Bool,
        aquired_on -> Nullable<Date>,
        donor -> Nullable<Text>,
    }
}

diesel::table! {
    collection.rooms (id) {
        id -> Int4,
        label -> Text,
        floor -> Int2,
        lux_limit -> Nullable<Int4>,
        humidity -> Nullable<Float4>,
        steward -> Nullable<Text>,
    }
}

diesel::table! {
    collection.checks (id) {
        id -> Int8,
        object_id -> Int4,
        checked_on -> Date,
        conservator -> Text,
        score -> Int2,
        damage -> Nullable<Text>,
        treatment -> Nullable<Text>,
        next_due -> Nullable<Date>,
    }
}

diesel::table! {
    loans.borrowers (id) {
        id -> Int4,
        institution -> Text,
        contact -> Text,
        mail -> Text,
        fax -> Nullable<Text>,
        country -> Bpchar,
        trusted -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::LoanState;

    loans.agreements (id) {
        id -> Int8,
        object_id -> Int4,
        borrower_id -> Int4,
        state -> LoanState,
        out_on -> Date,
        back_on -> Date,
        courier -> Nullable<Text>,
        fee -> Nullable<Numeric>,
        terms -> Nullable<Text>,
        renewals -> Int2,
    }
}

diesel::joinable!(agreements -> borrowers (borrower_id));
diesel::joinable!(agreements -> objects (object_id));
diesel::joinable!(checks -> objects (object_id));
diesel::joinable!(objects -> rooms (room_id));

diesel::allow_tables_to_appear_in_same_query!(agreements, borrowers, checks, objects, rooms,);
