// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "review_status"))]
    pub struct ReviewStatus;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "plural_form"))]
    pub struct PluralForm;
}

diesel::table! {
    projects (id) {
        id -> Int8,
        slug -> Text,
        source_lang -> Text,
        repo_url -> Nullable<Text>,
        branch -> Nullable<Text>,
        file_mask -> Text,
        preferred_engine -> Nullable<Text>,
        auto_merge -> Bool,
        pulled_at -> Nullable<Timestamptz>,
        pushed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    segments (id) {
        id -> Int8,
        project_id -> Int8,
        key -> Text,
        source_text -> Text,
        context -> Nullable<Text>,
        max_chars -> Nullable<Int4>,
        #[sql_name = "type"]
        type_ -> Text,
        sort_no -> Int4,
        obsolete -> Bool,
        fingerprint -> Int8,
        screenshot -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{PluralForm, ReviewStatus};

    renderings (id) {
        id -> Int8,
        segment_id -> Int8,
        lang -> Text,
        plural -> PluralForm,
        body -> Text,
        status -> ReviewStatus,
        translator -> Nullable<Text>,
        reviewer -> Nullable<Text>,
        machine -> Bool,
        quality -> Nullable<Float4>,
        comment -> Nullable<Text>,
        edited_at -> Timestamptz,
    }
}

diesel::table! {
    glossary (lang, term) {
        lang -> Text,
        term -> Text,
        rendering -> Text,
        forbidden -> Bool,
        domain -> Nullable<Text>,
        hint -> Nullable<Text>,
    }
}

diesel::table! {
    contributors (id) {
        id -> Int8,
        preferred_username -> Text,
        email -> Text,
        langs -> Array<Nullable<Text>>,
        words_done -> Int8,
        hide_from_credits -> Bool,
        pay_rate -> Nullable<Int4>,
        last_seen -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(renderings -> segments (segment_id));
diesel::joinable!(segments -> projects (project_id));

diesel::allow_tables_to_appear_in_same_query!(contributors, glossary, projects, renderings, segments,);
