diesel::table! {
    #[schema_diff::check("(s ~~ ANY (ARRAY['n%'::text, 'p%'::text])) AND ((COALESCE(s, 'q'::character varying))::text <> 'z'::text) AND ( CASE s WHEN 'a'::text THEN 1 ELSE 2 END > b)", name = "all of them")]
    #[schema_diff::index("s = ANY ((ARRAY['new'::character varying, 'paid'::character varying])::text[])", lower(s), a, unique)]
    t (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        #[max_length = 20]
        #[schema_diff::default("'new'")]
        #[schema_diff::check("s = ANY ((ARRAY['new'::character varying, 'paid'::character varying])::text[])")]
        s -> Nullable<Varchar>,
        #[schema_diff::default("'x'::character varying")]
        #[schema_diff::check("(a ~ similar_to_escape('x%'::text)) AND ((length(a) >= 1) AND (length(a) <= 10)) AND (a <> ''::text)")]
        #[schema_diff::index(where = "(s <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[])) AND ((b >= 0) AND (b <= 10)) AND (id > 1)")]
        a -> Nullable<Text>,
        #[schema_diff::default("5.0")]
        b -> Nullable<Int4>,
        #[max_length = 4]
        #[schema_diff::check("p <> ALL (ARRAY['ab'::bpchar, 'cd'::bpchar])")]
        p -> Nullable<Bpchar>,
        #[schema_diff::sql_type("numeric(8,2)")]
        #[schema_diff::default(5)]
        #[schema_diff::check("((n >= (0)::numeric) AND (n <= 99.5)) AND (n <> (1)::numeric)")]
        n -> Nullable<Numeric>,
        #[schema_diff::check("'a'::text = ANY ((names)::text[])")]
        names -> Nullable<Array<Nullable<Varchar>>>,
        #[schema_diff::default("CURRENT_TIMESTAMP")]
        at -> Nullable<Timestamptz>,
        #[schema_diff::default("now()")]
        local -> Nullable<Timestamp>,
        #[schema_diff::generated("(s = ANY ((ARRAY['new'::character varying, 'b'::character varying])::text[])) AND ((b >= 0) AND (b <= 10)) AND (id > 0)")]
        g -> Nullable<Bool>,
    }
}
