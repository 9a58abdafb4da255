//! Written by hand.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    /// People.
    users (id) {
        id -> Integer, // the key
        // Somebody's address.
        email -> VarChar,
        /// Edited by hand: no element is NULL.
        tags -> Array<Text>,
        age -> Nullable<Int4>,
        /// Goes.
        #[schema_diff::index]
        gone -> Nullable<Text>,
        created_at -> Timestamptz, // no default yet
        #[schema_diff::default("0")]
        team_id -> Nullable<Integer>,
    }
}

table! { oneline (id) { id -> Int4, a -> Nullable<Text>, c -> Nullable<Text> } }

// Nobody needs it any more.
table! {
    old (id) {
        id -> Int4,
        user_id -> Int4,
    }
}

table! {
    #[schema_diff::unique(alpha, gamma)]
    sorted (id) {
        alpha -> Nullable<Text>,
        delta -> Nullable<Text>,
        gamma -> Nullable<Text>,
        id -> Int4,
    }
}

table! {
    teams (id) {
        id -> Int4,
        name -> Nullable<Text>,
    }
}

table! {
    two_keys (a) {
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

joinable!(old -> users (user_id));
joinable!(users -> teams (team_id));

allow_tables_to_appear_in_same_query!(
    everybody, old, oneline, //
    sorted, teams, two_keys, users,
);
