use diesel::prelude::*;

use crate::schema::{heroes, leaderboard, matches, players};

#[derive(Debug, Insertable)]
#[diesel(table_name = matches)]
pub struct Outcome<'a> {
    pub arena: &'a str,
    pub winner: Option<i64>,
    pub loser: Option<i64>,
    pub secs: i32,
    pub replay: Option<&'a [u8]>,
    pub elo_delta: i32,
}

/// Stores the match and moves the rating of both players.
pub fn finish(conn: &mut PgConnection, o: &Outcome) -> QueryResult<()> {
    conn.transaction(|conn| {
        diesel::insert_into(matches::table).values(o).execute(conn)?;
        if let Some(winner) = o.winner {
            let player: i64 = heroes::table.find(winner).select(heroes::player_id).first(conn)?;
            let _: i32 = bump!(conn, players::elo, player, o.elo_delta)?;
        }
        if let Some(loser) = o.loser {
            let player: i64 = heroes::table.find(loser).select(heroes::player_id).first(conn)?;
            let _: i32 = bump!(conn, players::elo, player, -o.elo_delta)?;
        }
        Ok(())
    })
}

pub fn quickest(conn: &mut PgConnection, place: &str) -> QueryResult<Option<i32>> {
    matches::table
        .filter(matches::arena.eq(place))
        .select(diesel::dsl::min(matches::secs))
        .first(conn)
}

pub fn replay(conn: &mut PgConnection, id: i64) -> QueryResult<Option<Vec<u8>>> {
    matches::table.find(id).select(matches::replay).first(conn)
}

pub fn submit(conn: &mut PgConnection, season: i32, hero: i64, points: i64, region: &str) -> QueryResult<usize> {
    diesel::insert_into(leaderboard::table)
        .values((
            leaderboard::season.eq(season),
            leaderboard::hero_id.eq(hero),
            leaderboard::score.eq(points),
            leaderboard::region.eq(region),
        ))
        .on_conflict((leaderboard::season, leaderboard::hero_id))
        .do_update()
        .set(leaderboard::score.eq(points))
        .execute(conn)
}

pub fn top(conn: &mut PgConnection, season: i32, region: Option<&str>) -> QueryResult<Vec<(String, i64, Option<i32>)>> {
    let mut q = leaderboard::table
        .inner_join(heroes::table)
        .filter(leaderboard::season.eq(season))
        .order(leaderboard::score.desc())
        .select((heroes::nickname, leaderboard::score, leaderboard::rank))
        .limit(100)
        .into_boxed();
    if let Some(region) = region {
        q = q.filter(leaderboard::region.eq(region.to_owned()));
    }
    q.load(conn)
}
