pub mod app {
    diesel::table! {
        #[sql_name = "Countries"]
        app.countries (id) {
            id -> Int4,
            #[sql_name = "ISO"]
            iso -> Text,
        }
    }
}

diesel::table! {
    #[schema_diff::index(kind_ desc nulls last, lower(name) text_pattern_ops, "a || b" collate "C", include(type_), where = "age > 0", with(fillfactor = 70))]
    #[schema_diff::unique("type", kind_, include(age))]
    #[schema_diff::foreign_key(name, kind_ -> app::countries(iso, id), name = "both", initially_deferred, match_full)]
    #[schema_diff::foreign_key(age -> auth.accounts(id))]
    #[schema_diff::exclude("kind WITH =", "during WITH &&", where = "age > 1")]
    #[schema_diff::partition_by("RANGE (age)")]
    users (id) {
        id -> Int4,
        #[sql_name = "kind"]
        kind_ -> Int4,
        #[sql_name = "type"]
        type_ -> Text,
        name -> Text,
        age -> Int4,
        #[schema_diff::references(countries(iso))]
        by_rust_name -> Text,
        #[schema_diff::references("Countries"("ISO"), on_update = set_default)]
        by_sql_name -> Text,
        #[schema_diff::references(users)]
        parent -> Nullable<Int4>,
        #[schema_diff::index(lower(a), method = "gin", ops = "gin_trgm_ops")]
        #[schema_diff::default(-1)]
        a -> Text,
        #[schema_diff::default(none)]
        #[schema_diff::identity(none)]
        b -> Text,
    }
}
