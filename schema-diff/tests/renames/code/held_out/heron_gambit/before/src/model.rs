use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{entries, games, players, tournaments};

#[derive(diesel_derive_enum::DbEnum, Debug, Clone, Copy, PartialEq)]
#[ExistingTypePath = "crate::schema::sql_types::Outcome"]
pub enum Outcome {
    WhiteWins,
    BlackWins,
    Draw,
    Forfeit,
}

// Queryable is positional: keep the order of schema.rs.
#[derive(Queryable, Identifiable, Debug, Clone)]
pub struct Player {
    pub id: i32,
    pub handle: String,
    pub fide_no: Option<i32>,
    pub rating: i32,
    pub peak: i32,
    pub federation: String,
    pub club: Option<String>,
    pub born: Option<i16>,
    pub hide_rating: bool,
    pub joined: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = players)]
pub struct NewPlayer<'a> {
    pub handle: &'a str,
    pub fide_no: Option<i32>,
    pub rating: i32,
    pub peak: i32,
    pub federation: &'a str,
    pub club: Option<&'a str>,
}

#[derive(Queryable, Identifiable, Debug, Clone)]
pub struct Tournament {
    pub id: i32,
    pub title: String,
    pub venue: String,
    pub rounds: i16,
    pub tempo: String,
    pub fee_cents: i32,
    pub starts: NaiveDate,
    pub ends: NaiveDate,
    pub arbiter: Option<String>,
    pub is_rated: bool,
}

#[derive(Queryable, Identifiable, Associations, Debug, Clone)]
#[diesel(table_name = entries, primary_key(tournament_id, player_id))]
#[diesel(belongs_to(Tournament), belongs_to(Player))]
pub struct Entry {
    pub tournament_id: i32,
    pub player_id: i32,
    pub seed: i16,
    pub points: f64,
    pub buchholz: f64,
    pub withdrawn: bool,
    pub paid_on: Option<NaiveDate>,
}

#[derive(Queryable, Identifiable, Associations, Debug, Clone)]
#[diesel(belongs_to(Tournament))]
pub struct Game {
    pub id: i64,
    pub tournament_id: i32,
    pub round: i16,
    pub board: i16,
    pub white_id: i32,
    pub black_id: i32,
    pub outcome: Option<Outcome>,
    pub eco: Option<String>,
    pub pgn: Option<String>,
    pub plies: Option<i32>,
    pub annotator: Option<String>,
    pub played: Option<NaiveDateTime>,
}
