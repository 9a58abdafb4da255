// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "flag_reason"))]
    pub struct FlagReason;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mod_action"))]
    pub struct ModAction;
}

diesel::table! {
    members (id) {
        id -> Int4,
        nick -> Varchar,
        real_name -> Nullable<Varchar>,
        mail -> Varchar,
        pw -> Varchar,
        avatar -> Nullable<Varchar>,
        signature -> Nullable<Text>,
        karma -> Int4,
        is_mod -> Bool,
        is_bot -> Bool,
        joined -> Timestamp,
        banned_until -> Nullable<Timestamp>,
        icq -> Nullable<Varchar>,
        hide_email -> Bool,
    }
}

diesel::table! {
    boards (id) {
        id -> Int4,
        name -> Varchar,
        blurb -> Nullable<Varchar>,
        parent_id -> Nullable<Int4>,
        sort -> Int4,
        closed -> Bool,
        min_karma -> Int4,
    }
}

diesel::table! {
    threads (id) {
        id -> Int8,
        board_id -> Int4,
        starter_id -> Int4,
        subject -> Varchar,
        sticky -> Bool,
        locked -> Bool,
        views -> Int4,
        replies -> Int4,
        bumped -> Timestamp,
        created -> Timestamp,
    }
}

diesel::table! {
    posts (id) {
        id -> Int8,
        thread_id -> Int8,
        member_id -> Int4,
        body -> Text,
        body_html -> Text,
        ip -> Nullable<Varchar>,
        edited -> Nullable<Timestamp>,
        edit_reason -> Nullable<Varchar>,
        deleted -> Bool,
        up -> Int4,
        down -> Int4,
        created -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::FlagReason;

    flags (post_id, member_id) {
        post_id -> Int8,
        member_id -> Int4,
        reason -> FlagReason,
        comment -> Nullable<Text>,
        resolved -> Bool,
        created -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::ModAction;

    mod_log (id) {
        id -> Int8,
        mod_id -> Int4,
        action -> ModAction,
        target -> Varchar,
        why -> Nullable<Text>,
        created -> Timestamp,
    }
}

diesel::joinable!(flags -> posts (post_id));
diesel::joinable!(mod_log -> members (mod_id));
diesel::joinable!(posts -> members (member_id));
diesel::joinable!(posts -> threads (thread_id));
diesel::joinable!(threads -> boards (board_id));

diesel::allow_tables_to_appear_in_same_query!(
    boards,
    flags,
    members,
    mod_log,
    posts,
    threads,
);
