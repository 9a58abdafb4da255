// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "direction"))]
    pub struct Direction;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;
}

diesel::table! {
    attachments (id) {
        id -> Int8,
        message_id -> Int8,
        fname -> Nullable<Text>,
        ctype -> Text,
        size -> Int8,
        sha1 -> Bpchar,
        infected -> Bool,
        extracted -> Nullable<Text>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Int8,
        who -> Text,
        action -> Text,
        message_id -> Nullable<Int8>,
        details -> Nullable<Jsonb>,
        at -> Timestamptz,
        ip -> Nullable<Text>,
    }
}

diesel::table! {
    folders (id) {
        id -> Int4,
        mailbox_id -> Int4,
        parent -> Nullable<Int4>,
        name -> Text,
        uidvalidity -> Nullable<Int4>,
        keep_days -> Nullable<Int4>,
        hide_media -> Bool,
    }
}

diesel::table! {
    mailboxes (id) {
        id -> Int4,
        address -> Text,
        owner -> Nullable<Text>,
        imap_host -> Nullable<Text>,
        imap_pass -> Nullable<Text>,
        quota -> Nullable<Int8>,
        legal_hold -> Bool,
        imported -> Nullable<Timestamptz>,
        dept -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Direction;
    use super::sql_types::Tsvector;

    messages (id) {
        id -> Int8,
        folder_id -> Int4,
        direction -> Direction,
        msgid -> Nullable<Text>,
        sender -> Text,
        rcpt -> Array<Nullable<Text>>,
        subject -> Nullable<Text>,
        snippet -> Nullable<Text>,
        body_tsv -> Tsvector,
        sent -> Nullable<Timestamptz>,
        received -> Timestamptz,
        spam -> Nullable<Float4>,
        starred -> Bool,
        thread -> Nullable<Int8>,
        blob -> Text,
    }
}

diesel::joinable!(attachments -> messages (message_id));
diesel::joinable!(audit_events -> messages (message_id));
diesel::joinable!(folders -> mailboxes (mailbox_id));
diesel::joinable!(messages -> folders (folder_id));

diesel::allow_tables_to_appear_in_same_query!(
    attachments,
    audit_events,
    folders,
    mailboxes,
    messages,
);
