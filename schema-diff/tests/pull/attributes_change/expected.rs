diesel::table! {
    p (id) {
        id -> Int4,
    }
}

diesel::table! {
    #[schema_diff::index(lower(b), name = "t_lower")]
    t (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        #[schema_diff::default(2)]
        #[schema_diff::comment("new")]
        a -> Nullable<Int4>,
        #[schema_diff::unique]
        #[max_length = 10]
        b -> Nullable<Varchar>,
        #[schema_diff::collate("C")]
        c -> Nullable<Text>,
        #[schema_diff::generated("a * 2")]
        d -> Nullable<Int4>,
        #[schema_diff::check("e > 1", name = "fixed")]
        #[schema_diff::index(unique)]
        e -> Nullable<Int4>,
        #[schema_diff::sql_type("numeric(6,3)")]
        f -> Numeric,
        #[schema_diff::references(p(id), on_delete = set_null, name = "to_p")]
        p_id -> Nullable<Int4>,
        q_id -> Nullable<Int4>,
        #[schema_diff::references(p(id))]
        r_id -> Nullable<Int4>,
        #[schema_diff::identity]
        n -> Int4,
    }
}

diesel::joinable!(t -> p (r_id));
