// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "episode_status"))]
    pub struct EpisodeStatus;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "role"))]
    pub struct Role;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Role;

    accounts (id) {
        id -> Uuid,
        handle -> Text,
        display -> Nullable<Text>,
        bio -> Nullable<Text>,
        password_hash -> Text,
        role -> Role,
        hide_explicit -> Bool,
        locale -> Varchar,
        last_seen -> Nullable<Timestamptz>,
        inserted_at -> Timestamptz,
    }
}

diesel::table! {
    shows (id) {
        id -> Uuid,
        account_id -> Uuid,
        slug -> Text,
        title -> Text,
        subtitle -> Nullable<Text>,
        cover_path -> Nullable<Text>,
        explicit -> Bool,
        itunes_category -> Nullable<Text>,
        feed_token -> Nullable<Text>,
        subscriber_count -> Int4,
        inserted_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::EpisodeStatus;

    episodes (id) {
        id -> Uuid,
        show_id -> Uuid,
        number -> Int4,
        title -> Text,
        notes -> Text,
        audio_path -> Text,
        duration -> Int4,
        bytes -> Int8,
        status -> EpisodeStatus,
        publish_at -> Nullable<Timestamptz>,
        downloads -> Int8,
        inserted_at -> Timestamptz,
    }
}

diesel::table! {
    plays (account_id, episode_id) {
        account_id -> Uuid,
        episode_id -> Uuid,
        position -> Int4,
        finished -> Bool,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(episodes -> shows (show_id));
diesel::joinable!(plays -> accounts (account_id));
diesel::joinable!(plays -> episodes (episode_id));
diesel::joinable!(shows -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    episodes,
    plays,
    shows,
);
