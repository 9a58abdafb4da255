//! Written by hand.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;
}

table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;

    /// People.
    users (id) {
        id -> Serial, // the key
        // Somebody's address.
        #[max_length = 80]
        #[schema_diff::unique]
        email -> VarChar,
        /// Edited by hand: no element is NULL.
        tags -> Array<Text>,
        age -> Nullable<Int8>,
        nick -> Nullable<Text>,
        #[schema_diff::default("'sad'")]
        mood -> Mood,
        #[schema_diff::default("now()")]
        created_at -> Timestamptz, // no default yet
        team_id -> Nullable<Integer>,
    }
}

table! { oneline (id) { #[schema_diff::identity(none)] id -> Int4, #[schema_diff::default("'x'")] a -> Nullable<Text>, b -> Nullable<Text>, c -> Nullable<Text> } }

// Nobody needs it any more.
table! {
    sorted (id) {
        alpha -> Nullable<Text>,
        beta -> Nullable<Text>,
        delta -> Nullable<Text>,
        gamma -> Nullable<Text>,
        #[schema_diff::identity(none)]
        id -> Int4,
    }
}

table! {
    teams (id) {
        id -> Int4,
        name -> Text,
    }
}

table! {
    two_keys (a, b) {
        a -> Int4,
        b -> Int4,
    }
}

table! {
    /// A view.
    everybody (id) {
        id -> Int4,
        email -> Nullable<Text>,
    }
}

diesel::table! {
    accounts (id) {
        id -> Int4,
        #[schema_diff::references(users(id), on_delete = cascade)]
        user_id -> Int4,
        #[schema_diff::sql_type("numeric(10,2)")]
        total -> Nullable<Numeric>,
    }
}

#[schema_diff::no_foreign_key]
joinable!(users -> teams (team_id));
diesel::joinable!(accounts -> users (user_id));

allow_tables_to_appear_in_same_query!(
    accounts,
    everybody, oneline, //
    sorted, teams, two_keys, users,
);
