diesel::table! {
    p (id) {
        id -> Int4,
    }
}

diesel::table! {
    #[schema_diff::comment("goes")]
    #[schema_diff::index(lower(b))]
    #[schema_diff::check("a <> e")]
    #[cfg_attr(any(), schema_diff::unique(a, b), schema_diff::index(c, a))]
    t (id) {
        #[schema_diff::identity]
        id -> Int4,
        #[schema_diff::default("1")]
        #[schema_diff::comment("old")]
        a -> Nullable<Int4>,
        #[max_length = 20]
        #[schema_diff::unique(name = "other_name")]
        b -> Nullable<Varchar>,
        #[schema_diff::collate("de-x-icu")]
        c -> Nullable<Text>,
        #[schema_diff::generated("a * 3")]
        d -> Nullable<Int4>,
        #[schema_diff::check("e >= 1 ")] // wrong
        #[schema_diff::unique]
        e -> Nullable<Int4>,
        #[schema_diff::sql_type("numeric(5,2)")]
        f -> Numeric,
        #[schema_diff::references(p(id))]
        p_id -> Nullable<Int4>,
        #[schema_diff::references(p)]
        q_id -> Nullable<Int4>,
        r_id -> Nullable<Int4>,
        #[schema_diff::default(3)]
        n -> Int4,
    }
}

#[schema_diff::no_foreign_key]
diesel::joinable!(t -> p (r_id));
