// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "outcome"))]
    pub struct Outcome;
}

diesel::table! {
    players (id) {
        id -> Int4,
        #[max_length = 40]
        handle -> Varchar,
        fide_no -> Nullable<Int4>,
        rating -> Int4,
        peak -> Int4,
        federation -> Bpchar,
        club -> Nullable<Text>,
        born -> Nullable<Int2>,
        hide_rating -> Bool,
        joined -> Timestamp,
    }
}

diesel::table! {
    tournaments (id) {
        id -> Int4,
        title -> Text,
        venue -> Text,
        rounds -> Int2,
        tempo -> Text,
        fee_cents -> Int4,
        starts -> Date,
        ends -> Date,
        arbiter -> Nullable<Text>,
        is_rated -> Bool,
    }
}

diesel::table! {
    entries (tournament_id, player_id) {
        tournament_id -> Int4,
        player_id -> Int4,
        seed -> Int2,
        points -> Float8,
        buchholz -> Float8,
        withdrawn -> Bool,
        paid_on -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Outcome;

    games (id) {
        id -> Int8,
        tournament_id -> Int4,
        round -> Int2,
        board -> Int2,
        white_id -> Int4,
        black_id -> Int4,
        outcome -> Nullable<Outcome>,
        eco -> Nullable<Bpchar>,
        pgn -> Nullable<Text>,
        plies -> Nullable<Int4>,
        annotator -> Nullable<Text>,
        played -> Nullable<Timestamp>,
    }
}

diesel::joinable!(entries -> players (player_id));
diesel::joinable!(entries -> tournaments (tournament_id));
diesel::joinable!(games -> tournaments (tournament_id));

diesel::allow_tables_to_appear_in_same_query!(entries, games, players, tournaments,);
