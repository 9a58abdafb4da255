diesel::table! {
    known (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
    }
}

diesel::table! {
    users (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        code -> Nullable<Text>,
        #[sql_name = "co-de"]
        co_de -> Nullable<Text>,
        a -> Nullable<Int4>,
        b -> Nullable<Int4>,
        elsewhere -> Nullable<Text>,
        part -> Nullable<Int4>,
        known -> Nullable<Int4>,
    }
}

diesel::table! {
    #[schema_diff::partition_by("RANGE (id)")]
    whole (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
    }
}

diesel::joinable!(users -> known (known));
