diesel::table! {
    #[schema_diff::index(emial)]
    #[schema_diff::unique(email, nmae)]
    #[schema_diff::foreign_key(email -> countries(idd))]
    #[schema_diff::comment("one")]
    #[schema_diff::comment("two")]
    users (id) {
        id -> Int4,
        email -> Text,
        name -> Text,
        #[schema_diff::default(1)]
        #[schema_diff::generated("id + 1")]
        twice -> Int4,
        #[schema_diff::references(twins)]
        twin -> Int4,
    }
}

diesel::table! {
    countries (id) {
        id -> Int4,
    }
}
pub mod a { diesel::table! { a.twins (id) { id -> Int4, } } }
pub mod b { diesel::table! { b.twins (id) { id -> Int4, } } }
