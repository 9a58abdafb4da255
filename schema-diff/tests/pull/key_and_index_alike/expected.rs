diesel::table! {
    #[schema_diff::exclude("during WITH &&", where = "ok", name = "t_during_excl")]
    t (id) {
        id -> Int4,
        #[schema_diff::unique]
        #[schema_diff::index(unique)]
        a -> Nullable<Text>,
        during -> Nullable<Tsrange>,
        ok -> Nullable<Bool>,
    }
}
