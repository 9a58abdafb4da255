// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "entry_side"))]
    pub struct EntrySide;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "transfer_state"))]
    pub struct TransferState;
}

diesel::table! {
    accounts (id) {
        id -> Uuid,
        holder_id -> Uuid,
        number -> Varchar,
        currency -> Bpchar,
        balance -> Numeric,
        overdraft -> Numeric,
        nickname -> Nullable<Text>,
        closed -> Bool,
        opened_on -> Date,
        branch -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::EntrySide;

    entries (id) {
        id -> Int8,
        transfer_id -> Uuid,
        account_id -> Uuid,
        side -> EntrySide,
        amount -> Numeric,
        memo -> Nullable<Text>,
        posted_at -> Timestamptz,
    }
}

diesel::table! {
    holders (id) {
        id -> Uuid,
        legal_name -> Text,
        tax_no -> Nullable<Text>,
        phone -> Nullable<Text>,
        fax -> Nullable<Text>,
        risk -> Int2,
        kyc_done -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    statements (id) {
        id -> Int8,
        account_id -> Uuid,
        from_date -> Date,
        to_date -> Date,
        opening -> Numeric,
        closing -> Numeric,
        pdf_path -> Nullable<Text>,
        sent -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::TransferState;

    transfers (id) {
        id -> Uuid,
        reference -> Text,
        state -> TransferState,
        reason -> Nullable<Text>,
        initiated_by -> Nullable<Uuid>,
        batch_no -> Nullable<Int4>,
        fee -> Numeric,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(accounts -> holders (holder_id));
diesel::joinable!(entries -> accounts (account_id));
diesel::joinable!(entries -> transfers (transfer_id));
diesel::joinable!(statements -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    entries,
    holders,
    statements,
    transfers,
);
