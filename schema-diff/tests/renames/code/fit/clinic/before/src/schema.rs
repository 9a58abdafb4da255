// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "blood_group"))]
    pub struct BloodGroup;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "visit_status"))]
    pub struct VisitStatus;
}

diesel::table! {
    invoices (id) {
        id -> Uuid,
        patient_id -> Uuid,
        visit_id -> Nullable<Uuid>,
        number -> Text,
        amount -> Int4,
        paid -> Bool,
        insurer_ref -> Nullable<Text>,
        issued_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::BloodGroup;

    patients (id) {
        id -> Uuid,
        surname -> Text,
        forename -> Text,
        dob -> Date,
        sex -> Nullable<Text>,
        blood -> Nullable<BloodGroup>,
        ssn -> Nullable<Text>,
        mobile -> Nullable<Text>,
        landline -> Nullable<Text>,
        gp_name -> Nullable<Text>,
        allergies -> Nullable<Text>,
        deceased -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    practitioners (id) {
        id -> Uuid,
        display_name -> Text,
        speciality -> Text,
        room -> Nullable<Text>,
        pager -> Nullable<Text>,
        licence_no -> Text,
    }
}

diesel::table! {
    prescriptions (id) {
        id -> Uuid,
        visit_id -> Uuid,
        drug -> Text,
        dosage -> Text,
        repeats -> Int2,
        notes -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::VisitStatus;

    visits (id) {
        id -> Uuid,
        patient_id -> Uuid,
        practitioner_id -> Uuid,
        start -> Timestamptz,
        end -> Timestamptz,
        status -> VisitStatus,
        complaint -> Nullable<Text>,
        diag -> Nullable<Text>,
        noshow_fee -> Nullable<Int4>,
        checked_in_at -> Nullable<Timestamptz>,
        checked_in_by -> Nullable<Text>,
    }
}

diesel::joinable!(invoices -> patients (patient_id));
diesel::joinable!(invoices -> visits (visit_id));
diesel::joinable!(prescriptions -> visits (visit_id));
diesel::joinable!(visits -> patients (patient_id));
diesel::joinable!(visits -> practitioners (practitioner_id));

diesel::allow_tables_to_appear_in_same_query!(
    invoices,
    patients,
    practitioners,
    prescriptions,
    visits,
);
