diesel::table! {
    #[schema_diff::indx(email)]
    #[schema_diff::default("now()")]
    #[schema_diff::index(emial)]
    #[schema_diff::unique(email, nmae)]
    #[schema_diff::foreign_key(email -> others(email))]
    #[schema_diff::index(email, where = 3)]
    users (id) {
        id -> Int4,
        #[schema_diff::index(uniqe)]
        #[schema_diff::references(countries(idd), on_delete = cascde)]
        #[schema_diff::check]
        email -> Text,
        #[schema_diff::exclude("a WITH =")]
        #[schema_diff::comment = "no"]
        #[schema_diff::references(countries(idd))]
        other -> Text,
    }
}

diesel::table! {
    countries (id) {
        id -> Int4,
    }
}

#[schema_diff::no_foreign_keys]
diesel::joinable!(users -> countries (other));
