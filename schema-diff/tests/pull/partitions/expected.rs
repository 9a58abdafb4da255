diesel::table! {
    #[schema_diff::partition_by("LIST (kind)")]
    said_wrongly (id, kind) {
        id -> Int4,
        #[max_length = 8]
        kind -> Varchar,
    }
}

diesel::table! {
    not_partitioned (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
    }
}

diesel::table! {
    #[schema_diff::partition_by("HASH (code)")]
    by_hash (code) {
        #[max_length = 4]
        code -> Bpchar,
        n -> Nullable<Int4>,
    }
}

diesel::table! {
    #[schema_diff::partition_by("LIST (foo)")]
    #[schema_diff::unique(foo, note)]
    #[schema_diff::index(lower(foo), where = "id > 3")]
    by_list (foo, id) {
        #[max_length = 20]
        #[schema_diff::default("'x'")]
        #[schema_diff::check("foo <> ''::text")]
        foo -> Varchar,
        id -> Serial,
        #[schema_diff::default("lower('A'::text)")]
        note -> Nullable<Text>,
    }
}

diesel::table! {
    #[schema_diff::partition_by(r#"RANGE (at, "Weird x" text_pattern_ops)"#)]
    by_range (id, at, Weird_x) {
        id -> Int4,
        at -> Timestamptz,
        #[sql_name = "Weird x"]
        #[schema_diff::collate("C")]
        Weird_x -> Text,
        #[schema_diff::sql_type("numeric(8,2)")]
        amount -> Numeric,
    }
}

diesel::table! {
    child (id) {
        id -> Int4,
        #[max_length = 12]
        name -> Varchar,
        #[schema_diff::sql_type("numeric(6,1)")]
        code -> Numeric,
        #[max_length = 5]
        many -> Array<Nullable<Varchar>>,
        #[max_length = 3]
        own -> Nullable<Varchar>,
    }
}

diesel::table! {
    parent (id) {
        id -> Serial,
        #[max_length = 12]
        #[schema_diff::default("'n'")]
        #[schema_diff::collate("C")]
        #[schema_diff::check("name <> ''::text")]
        name -> Varchar,
        #[schema_diff::sql_type("numeric(6,1)")]
        code -> Nullable<Numeric>,
        #[max_length = 5]
        #[schema_diff::default("'{}'")]
        many -> Array<Nullable<Varchar>>,
    }
}

diesel::table! {
    #[schema_diff::partition_by("LIST (foo)")]
    plain_list (foo) {
        foo -> Varchar,
    }
}
