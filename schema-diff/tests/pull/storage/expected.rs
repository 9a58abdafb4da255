diesel::table! {
    #[schema_diff::partition_by("RANGE (id)")]
    logs (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        #[schema_diff::storage(external)]
        line -> Nullable<Text>,
    }
}

diesel::table! {
    #[schema_diff::with(autovacuum_vacuum_scale_factor = 0.05, fillfactor = 80)]
    pages (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        #[schema_diff::statistics(0)]
        #[schema_diff::n_distinct(-0.5)]
        title -> Nullable<Text>,
        #[schema_diff::statistics(1000)]
        #[schema_diff::storage(main)]
        body -> Nullable<Text>,
        #[schema_diff::n_distinct(7)]
        #[schema_diff::storage(extended)]
        price -> Nullable<Numeric>,
        #[schema_diff::storage(external)]
        scan -> Nullable<Bytea>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(logs, pages);
