diesel::table! {
    #[schema_diff::index]
    #[schema_diff::index(a || b)]
    #[schema_diff::index(a desc nulls frist)]
    #[schema_diff::index(a, mehtod = "gin")]
    #[schema_diff::index(a, nulls_not_distinct)]
    #[schema_diff::index(a, with(fillfactor = 5))]
    #[schema_diff::index(a b)]
    #[schema_diff::index(a, where = 3)]
    users (id) {
        id -> Int4,
        #[schema_diff::index(uniqe)]
        #[schema_diff::index(desc, desc)]
        #[schema_diff::index("a", "b")]
        a -> Text,
    }
}

fn main() {}
