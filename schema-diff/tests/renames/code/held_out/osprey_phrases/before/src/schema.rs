// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "stage", schema = "l10n"))]
    pub struct Stage;
}

diesel::table! {
    l10n.projects (id) {
        id -> Int4,
        slug -> Varchar,
        repo_url -> Nullable<Varchar>,
        source_locale -> Varchar,
        webhook -> Nullable<Varchar>,
        frozen -> Bool,
        max_len -> Nullable<Int4>,
    }
}

diesel::table! {
    l10n.strings (id) {
        id -> Int8,
        project_id -> Int4,
        ident -> Varchar,
        english -> Text,
        hint -> Nullable<Text>,
        screenshot -> Nullable<Varchar>,
        plural -> Bool,
        obsolete -> Bool,
        first_seen -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Stage;

    l10n.translations (id) {
        id -> Int8,
        string_id -> Int8,
        locale -> Varchar,
        txt -> Text,
        stage -> Stage,
        author -> Int4,
        reviewer -> Nullable<Int4>,
        score -> Nullable<Float4>,
        machine -> Bool,
        touched -> Timestamp,
    }
}

diesel::table! {
    people.linguists (id) {
        id -> Int4,
        nick -> Varchar,
        realname -> Nullable<Varchar>,
        home_locale -> Varchar,
        points -> Int4,
        rate_cents -> Nullable<Int4>,
        bio -> Nullable<Text>,
        banned -> Bool,
        tz -> Varchar,
    }
}

diesel::table! {
    l10n.glossary (term, locale) {
        term -> Varchar,
        locale -> Varchar,
        wording -> Text,
        forbidden -> Bool,
        rationale -> Nullable<Text>,
    }
}

diesel::joinable!(strings -> projects (project_id));
diesel::joinable!(translations -> strings (string_id));
diesel::joinable!(translations -> linguists (author));

diesel::allow_tables_to_appear_in_same_query!(glossary, linguists, projects, strings, translations,);
