// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "contract"))]
    pub struct Contract;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "stage"))]
    pub struct Stage;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Stage;

    applications (id) {
        id -> Int4,
        job_id -> Int4,
        candidate_id -> Int4,
        stage -> Stage,
        letter -> Text,
        rating -> Nullable<Int4>,
        reject_text -> Nullable<Text>,
        referrer -> Nullable<Text>,
        seen -> Bool,
        submitted -> Timestamp,
    }
}

diesel::table! {
    candidates (id) {
        id -> Int4,
        first -> Varchar,
        last -> Varchar,
        mail -> Varchar,
        cv -> Nullable<Text>,
        headline -> Nullable<Text>,
        hide_profile -> Bool,
        linkedin -> Nullable<Varchar>,
        birthday -> Nullable<Date>,
        newsletter -> Bool,
    }
}

diesel::table! {
    employers (id) {
        id -> Int4,
        company -> Varchar,
        url -> Nullable<Varchar>,
        logo -> Nullable<Varchar>,
        size -> Nullable<Int4>,
        vat -> Nullable<Varchar>,
        verified -> Bool,
        plan -> Varchar,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Contract;

    jobs (id) {
        id -> Int4,
        employer_id -> Int4,
        headline -> Varchar,
        body -> Text,
        contract -> Contract,
        sal_min -> Nullable<Int4>,
        sal_max -> Nullable<Int4>,
        city -> Nullable<Varchar>,
        remote -> Bool,
        published -> Nullable<Timestamp>,
        expires -> Nullable<Timestamp>,
        views -> Int4,
    }
}

diesel::table! {
    saved_searches (id) {
        id -> Int4,
        candidate_id -> Int4,
        words -> Varchar,
        radius -> Nullable<Int4>,
        alert -> Bool,
        last_run -> Nullable<Timestamp>,
    }
}

diesel::joinable!(applications -> candidates (candidate_id));
diesel::joinable!(applications -> jobs (job_id));
diesel::joinable!(jobs -> employers (employer_id));
diesel::joinable!(saved_searches -> candidates (candidate_id));

diesel::allow_tables_to_appear_in_same_query!(
    applications,
    candidates,
    employers,
    jobs,
    saved_searches,
);
