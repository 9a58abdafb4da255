CREATE TABLE transactions (
    version BIGINT UNIQUE PRIMARY KEY NOT NULL,
    block_height BIGINT NOT NULL,
    hash VARCHAR(66) UNIQUE NOT NULL,
    type VARCHAR(50) NOT NULL,
    payload jsonb,
    state_change_hash VARCHAR(66) NOT NULL,
    gas_used NUMERIC NOT NULL,
    success BOOLEAN NOT NULL,
    vm_status TEXT NOT NULL,
    inserted_at TIMESTAMP NOT NULL DEFAULT NOW(),
    epoch BIGINT NOT NULL
);
CREATE INDEX txn_insat_index ON transactions (inserted_at);
CREATE TABLE events (
    sequence_number BIGINT NOT NULL,
    creation_number BIGINT NOT NULL,
    account_address VARCHAR(66) NOT NULL,
    transaction_version BIGINT NOT NULL,
    type TEXT NOT NULL,
    data jsonb NOT NULL,
    inserted_at TIMESTAMP NOT NULL DEFAULT NOW(),
    indexed_type VARCHAR(300) NOT NULL DEFAULT '',
    PRIMARY KEY (transaction_version, creation_number, sequence_number),
    CONSTRAINT fk_transaction_versions FOREIGN KEY (transaction_version) REFERENCES transactions (version)
);
CREATE INDEX ev_addr_type_index ON events (account_address);
CREATE TABLE current_token_datas (
    token_data_id_hash VARCHAR(64) UNIQUE PRIMARY KEY NOT NULL,
    creator_address VARCHAR(66) NOT NULL,
    collection_name VARCHAR(128) NOT NULL,
    name VARCHAR(128) NOT NULL,
    maximum NUMERIC NOT NULL,
    supply NUMERIC NOT NULL,
    largest_property_version NUMERIC NOT NULL,
    metadata_uri VARCHAR(512) NOT NULL,
    payee_address VARCHAR(66) NOT NULL,
    royalty_points_numerator NUMERIC NOT NULL,
    royalty_points_denominator NUMERIC NOT NULL,
    maximum_mutable BOOLEAN NOT NULL,
    uri_mutable BOOLEAN NOT NULL,
    description_mutable BOOLEAN NOT NULL,
    properties_mutable BOOLEAN NOT NULL,
    royalty_mutable BOOLEAN NOT NULL,
    default_properties jsonb NOT NULL,
    last_transaction_version BIGINT NOT NULL,
    inserted_at TIMESTAMP NOT NULL DEFAULT NOW(),
    collection_data_id_hash VARCHAR(64) NOT NULL,
    last_transaction_timestamp TIMESTAMP NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    decimals SMALLINT,
    total NUMERIC(78, 0)
);
CREATE INDEX curr_td_crea_cn_name_index ON current_token_datas (creator_address, collection_name, name);
CREATE TABLE ledger_infos (chain_id BIGINT UNIQUE PRIMARY KEY NOT NULL);
CREATE TABLE processor_status (processor VARCHAR(50) UNIQUE PRIMARY KEY NOT NULL, last_success_version BIGINT NOT NULL, last_updated TIMESTAMP NOT NULL DEFAULT NOW());
CREATE OR REPLACE VIEW address_events_summary AS
SELECT account_address, min(transaction_version) AS min_block_height, count(DISTINCT transaction_version) AS num_distinct_versions FROM events GROUP BY 1;
