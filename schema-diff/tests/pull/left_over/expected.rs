diesel::table! {
    child (id) {
        id -> Int4,
        a -> Nullable<Int4>,
        b -> Nullable<Int4>,
        c -> Nullable<Text>,
        x -> Nullable<Int4>,
    }
}

diesel::table! {
    named (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        t_a -> Nullable<Int4>,
        #[schema_diff::references(t(id), on_delete = set_null(t_id))]
        t_id -> Nullable<Int4>,
    }
}

diesel::table! {
    #[schema_diff::partition_by("RANGE (at)")]
    parts (id, at) {
        id -> Int4,
        at -> Date,
    }
}

diesel::table! {
    #[schema_diff::with(fillfactor = 80)]
    t (id) {
        #[schema_diff::identity(none)]
        id -> Int4,
        #[schema_diff::index(with(deduplicate_items = off), name = "odd")]
        a -> Nullable<Int4>,
        b -> Nullable<Int4>,
        c -> Nullable<Text>,
    }
}

diesel::joinable!(named -> t (t_id));

diesel::allow_tables_to_appear_in_same_query!(child, named, parts, t);
