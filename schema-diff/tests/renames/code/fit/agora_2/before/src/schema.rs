// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "post_visibility"))]
    pub struct PostVisibility;
}

diesel::table! {
    accounts (id) {
        id -> Int8,
        preferred_username -> Text,
        domain -> Nullable<Text>,
        summary -> Nullable<Text>,
        email -> Nullable<Text>,
        inbox_url -> Text,
        shared_inbox_url -> Nullable<Text>,
        public_key -> Text,
        avatar_remote_url -> Nullable<Text>,
        hide_media -> Bool,
        locked -> Bool,
        discoverable -> Bool,
        last_webfingered_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    blocks (id) {
        id -> Int8,
        account_id -> Int8,
        target_account_id -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    follows (id) {
        id -> Int8,
        account_id -> Int8,
        target_account_id -> Int8,
        show_reblogs -> Bool,
        notify -> Bool,
        uri -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PostVisibility;

    posts (id) {
        id -> Int8,
        account_id -> Int8,
        in_reply_to -> Nullable<Int8>,
        text -> Text,
        spoiler -> Nullable<Text>,
        sensitive -> Bool,
        visibility -> PostVisibility,
        lang -> Nullable<Varchar>,
        uri -> Text,
        likes -> Int4,
        reblogs -> Int4,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    reports (id) {
        id -> Int8,
        account_id -> Int8,
        target_account_id -> Int8,
        comment -> Text,
        action_taken -> Bool,
        moderator_id -> Nullable<Int8>,
        forwarded -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(posts -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    blocks,
    follows,
    posts,
    reports,
);
