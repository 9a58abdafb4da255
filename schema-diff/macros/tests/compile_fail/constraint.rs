diesel::table! {
    #[schema_diff::unique]
    #[schema_diff::unique(a, a)]
    #[schema_diff::unique(lower(a))]
    #[schema_diff::unique(a, nam = "x")]
    #[schema_diff::check(a > 0)]
    #[schema_diff::check("a > 0", name = "x", name = "y")]
    #[schema_diff::exclude(method = "gist")]
    #[schema_diff::exclude("a WITH =", defferable)]
    #[schema_diff::foreign_key(a, b)]
    #[schema_diff::foreign_key(a, b -> other(x))]
    #[schema_diff::foreign_key(a -> other(x), on_delete = cascad)]
    #[schema_diff::partition_by("BY (a)")]
    users (id) {
        id -> Int4,
        #[schema_diff::unique(uniq)]
        #[schema_diff::unique(where = "a")]
        a -> Text,
        #[schema_diff::references]
        #[schema_diff::references(countries(id), on_delte = cascade)]
        #[schema_diff::references(a.b.c)]
        #[schema_diff::references(countries(a, b))]
        b -> Int4,
    }
}

fn main() {}
