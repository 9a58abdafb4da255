pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "box", schema = "pg_catalog"))]
    pub struct Box;

    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Box;
    use super::sql_types::Tsvector;

    #[schema_diff::index(id, v, unique, with(fillfactor = 55), name = "items_once")]
    #[schema_diff::index("v + 1", id desc, with(deduplicate_items = yes), name = "items_sum")]
    items (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        #[schema_diff::index(with(deduplicate_items = off, fillfactor = 70), name = "items_v")]
        #[schema_diff::index(method = "brin", with(autosummarize = true, pages_per_range = 16), name = "items_v_brin")]
        v -> Nullable<Int4>,
        #[schema_diff::index(ops = "tsvector_ops (siglen='100')", method = "gist", with(buffering = auto, fillfactor = 90), name = "items_words")]
        words -> Nullable<Tsvector>,
        #[schema_diff::index(method = "gin", with(fastupdate = false, gin_pending_list_limit = 128), name = "items_labels")]
        labels -> Nullable<Array<Nullable<Int4>>>,
        area -> Nullable<Box>,
    }
}
