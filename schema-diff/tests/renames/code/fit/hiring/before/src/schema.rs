// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "stage"))]
    pub struct Stage;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "employment"))]
    pub struct Employment;
}

diesel::table! {
    companies (id) {
        id -> Int4,
        name -> Text,
        vat_id -> Nullable<Text>,
        logo -> Nullable<Text>,
        twitter -> Nullable<Text>,
        headcount -> Nullable<Int4>,
        created -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Employment;

    jobs (id) {
        id -> Int4,
        company_id -> Int4,
        title -> Text,
        body -> Text,
        location -> Nullable<Text>,
        remote -> Bool,
        employment -> Employment,
        salary_min -> Nullable<Int4>,
        salary_max -> Nullable<Int4>,
        currency -> Bpchar,
        open_until -> Nullable<Date>,
        featured -> Bool,
        created -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Stage;

    applications (id) {
        id -> Int4,
        job_id -> Int4,
        candidate_id -> Int4,
        stage -> Stage,
        cover_letter -> Nullable<Text>,
        cv_key -> Text,
        source -> Nullable<Text>,
        score -> Nullable<Int2>,
        resolve_note -> Nullable<Text>,
        created -> Timestamptz,
    }
}

diesel::table! {
    candidates (id) {
        id -> Int4,
        given -> Text,
        family -> Text,
        email -> Text,
        linkedin -> Nullable<Text>,
        notice_weeks -> Nullable<Int4>,
        gdpr_until -> Date,
    }
}

diesel::joinable!(applications -> candidates (candidate_id));
diesel::joinable!(applications -> jobs (job_id));
diesel::joinable!(jobs -> companies (company_id));

diesel::allow_tables_to_appear_in_same_query!(
    applications,
    candidates,
    companies,
    jobs,
);
