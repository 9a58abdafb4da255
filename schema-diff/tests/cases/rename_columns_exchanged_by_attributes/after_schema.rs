diesel::table! {
    t (id) {
        id -> Int4,
        #[schema_diff::renamed_from("label")]
        amount -> Int4,
        #[schema_diff::renamed_from("amount")]
        label -> Text,
    }
}
