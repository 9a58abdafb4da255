diesel::table! {
    #[schema_diff::partition_by("RANGE (id)")]
    said_wrongly (id, kind) {
        id -> Int4,
        kind -> Varchar,
    }
}

diesel::table! {
    #[schema_diff::partition_by("HASH (id)")]
    not_partitioned (id) {
        id -> Int4,
    }
}
