use chrono::NaiveDate;
use diesel::prelude::*;

use crate::model::{Game, Outcome, Tournament};
use crate::schema::{entries, games, tournaments};

/// Top half against bottom half, by seed.
pub fn first_round(conn: &mut PgConnection, tid: i32) -> QueryResult<usize> {
    let ids: Vec<i32> = entries::table
        .filter(entries::tournament_id.eq(tid))
        .filter(entries::withdrawn.eq(false))
        .order(entries::seed.asc())
        .select(entries::player_id)
        .load(conn)?;
    let (top, bottom) = ids.split_at(ids.len() / 2);
    let rows: Vec<_> = top
        .iter()
        .zip(bottom)
        .enumerate()
        .map(|(i, (w, b))| {
            (
                games::tournament_id.eq(tid),
                games::round.eq(1i16),
                games::board.eq(i as i16 + 1),
                games::white_id.eq(*w),
                games::black_id.eq(*b),
            )
        })
        .collect();
    diesel::insert_into(games::table).values(rows).execute(conn)
}

pub fn report(conn: &mut PgConnection, game: i64, o: Outcome, moves: &str, n: i32) -> QueryResult<usize> {
    diesel::update(games::table.find(game))
        .set((
            games::outcome.eq(Some(o)),
            games::pgn.eq(moves),
            games::plies.eq(n),
            games::played.eq(diesel::dsl::now.nullable()),
        ))
        .execute(conn)
}

pub fn annotate(conn: &mut PgConnection, game: i64, by: &str, code: &str) -> QueryResult<usize> {
    diesel::update(games::table.find(game))
        .set((games::annotator.eq(by), games::eco.eq(code)))
        .execute(conn)
}

pub fn open_boards(conn: &mut PgConnection, t: &Tournament, r: i16) -> QueryResult<Vec<Game>> {
    Game::belonging_to(t)
        .filter(games::round.eq(r))
        .filter(games::outcome.is_null())
        .order(games::board)
        .load(conn)
}

pub fn upcoming(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<(String, String, NaiveDate)>> {
    tournaments::table
        .filter(tournaments::starts.ge(today))
        .filter(tournaments::is_rated.eq(true))
        .order(tournaments::starts)
        .select((tournaments::title, tournaments::venue, tournaments::starts))
        .load(conn)
}

pub fn poster(t: &Tournament) -> String {
    let judge = t.arbiter.as_deref().unwrap_or("to be named");
    format!(
        "{}: {} rounds, {}, {} to {}, {}. Entry {}.{:02}. Arbiter: {judge}",
        t.title, t.rounds, t.tempo, t.starts, t.ends, t.venue, t.fee_cents / 100, t.fee_cents % 100
    )
}
