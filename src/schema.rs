//! The tables of the application: the source of truth.
//!
//! Edit this file, then run `cargo revision -m "what changed"` to get the migration. What `table!` has no words for
//! (unique keys, defaults) is said with the attributes of `schema_diff`, which compile to nothing.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "user_role"))]
    pub struct UserRole;
}

diesel::table! {
    countries (id) {
        id -> Int4,
        name -> Nullable<Text>,
        #[schema_diff::unique]
        iso2code -> Text,
        iso3code -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::UserRole;

    users (id) {
        id -> Int4,
        name -> Nullable<Text>,
        #[schema_diff::unique]
        email -> Text,
        // A moment, whatever the session's time zone is: hence not `Timestamp`.
        #[schema_diff::default("now()")]
        created_at -> Timestamptz,
        country_id -> Nullable<Int4>,
        #[schema_diff::default("'member'")]
        role -> UserRole,
    }
}

diesel::joinable!(users -> countries (country_id));

diesel::allow_tables_to_appear_in_same_query!(countries, users,);
