// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "visit_state"))]
    pub struct VisitState;
}

diesel::table! {
    owners (id) {
        id -> Int4,
        name -> Text,
        mail -> Varchar,
        fax -> Nullable<Varchar>,
        phone -> Varchar,
        adress -> Text,
        newsletter -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    patients (id) {
        id -> Int4,
        owner_id -> Int4,
        call_name -> Text,
        species -> Text,
        race -> Nullable<Text>,
        weight -> Float8,
        chip -> Nullable<Text>,
        born -> Nullable<Date>,
        neutered -> Bool,
        remarks -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::VisitState;

    visits (id) {
        id -> Int4,
        patient_id -> Int4,
        vet -> Text,
        state -> VisitState,
        start -> Timestamptz,
        stop -> Nullable<Timestamptz>,
        anamnesis -> Text,
        diagnosis -> Nullable<Text>,
        fee -> Int4,
        paid -> Bool,
    }
}

diesel::table! {
    vaccinations (id) {
        id -> Int4,
        patient_id -> Int4,
        vaccine -> Text,
        lot -> Nullable<Text>,
        given_on -> Date,
        due -> Nullable<Date>,
    }
}

diesel::joinable!(patients -> owners (owner_id));
diesel::joinable!(vaccinations -> patients (patient_id));
diesel::joinable!(visits -> patients (patient_id));

diesel::allow_tables_to_appear_in_same_query!(
    owners,
    patients,
    vaccinations,
    visits,
);
