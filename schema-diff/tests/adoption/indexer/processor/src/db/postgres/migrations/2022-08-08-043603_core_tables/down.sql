DROP VIEW address_events_summary;
DROP TABLE processor_status, ledger_infos, current_token_datas, events, transactions;
