// @generated automatically by Diesel CLI.

diesel::table! {
    current_token_datas (token_data_id_hash) {
        #[max_length = 64]
        token_data_id_hash -> Varchar,
        #[max_length = 66]
        creator_address -> Varchar,
        #[max_length = 128]
        collection_name -> Varchar,
        #[max_length = 128]
        name -> Varchar,
        maximum -> Numeric,
        supply -> Numeric,
        largest_property_version -> Numeric,
        #[max_length = 512]
        metadata_uri -> Varchar,
        #[max_length = 66]
        payee_address -> Varchar,
        royalty_points_numerator -> Numeric,
        royalty_points_denominator -> Numeric,
        maximum_mutable -> Bool,
        uri_mutable -> Bool,
        description_mutable -> Bool,
        properties_mutable -> Bool,
        royalty_mutable -> Bool,
        default_properties -> Jsonb,
        last_transaction_version -> Int8,
        inserted_at -> Timestamp,
        #[max_length = 64]
        collection_data_id_hash -> Varchar,
        last_transaction_timestamp -> Timestamp,
        description -> Text,
        decimals -> Nullable<Int2>,
        total -> Nullable<Numeric>,
    }
}

diesel::table! {
    events (transaction_version, creation_number, sequence_number) {
        sequence_number -> Int8,
        creation_number -> Int8,
        #[max_length = 66]
        account_address -> Varchar,
        transaction_version -> Int8,
        #[sql_name = "type"]
        type_ -> Text,
        data -> Jsonb,
        inserted_at -> Timestamp,
        #[max_length = 300]
        indexed_type -> Varchar,
        event_index -> Nullable<Int8>,
    }
}

diesel::table! {
    ledger_infos (chain_id) {
        chain_id -> Int8,
    }
}

diesel::table! {
    processor_status (processor) {
        #[max_length = 50]
        processor -> Varchar,
        last_success_version -> Int8,
        last_updated -> Timestamp,
    }
}

diesel::table! {
    transactions (version) {
        version -> Int8,
        block_height -> Int8,
        #[max_length = 66]
        hash -> Varchar,
        #[sql_name = "type"]
        #[max_length = 50]
        type_ -> Varchar,
        payload -> Nullable<Jsonb>,
        #[max_length = 66]
        state_change_hash -> Varchar,
        gas_used -> Numeric,
        success -> Bool,
        vm_status -> Text,
        inserted_at -> Timestamp,
        epoch -> Int8,
    }
}

diesel::joinable!(events -> transactions (transaction_version));

diesel::allow_tables_to_appear_in_same_query!(
    current_token_datas,
    events,
    ledger_infos,
    processor_status,
    transactions,
);
