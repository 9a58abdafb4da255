diesel::table! {
    users (id) {
        #[schema_diff::identity(allways, start = 10)]
        #[schema_diff::identity(start = "ten")]
        #[schema_diff::identity(increment = 0)]
        #[schema_diff::identity(none, cycle)]
        id -> Int4,
        #[schema_diff::default]
        #[schema_diff::default(nwo)]
        #[schema_diff::default("a", "b")]
        a -> Text,
        #[schema_diff::generated("a", virtul)]
        #[schema_diff::generated()]
        b -> Text,
        #[schema_diff::sql_type(numeric)]
        #[schema_diff::collate("")]
        c -> Text,
        #[schema_diff::comment(1)]
        #[schema_diff::renamed_from("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
        #[schema_diff::backfill]
        d -> Text,
    }
}

fn main() {}
