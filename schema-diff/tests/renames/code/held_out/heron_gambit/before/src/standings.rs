use diesel::prelude::*;

use crate::model::{Entry, Outcome};
use crate::schema::{entries, games, players};

pub struct Row {
    pub rank: usize,
    pub handle: String,
    pub points: f64,
    pub buchholz: f64,
}

pub fn table(conn: &mut PgConnection, tid: i32) -> QueryResult<Vec<Row>> {
    let rows: Vec<(String, f64, f64)> = entries::table
        .inner_join(players::table)
        .filter(entries::tournament_id.eq(tid))
        .filter(entries::withdrawn.eq(false))
        .order((entries::points.desc(), entries::buchholz.desc(), entries::seed.asc()))
        .select((players::handle, entries::points, entries::buchholz))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .enumerate()
        .map(|(i, (handle, points, buchholz))| Row { rank: i + 1, handle, points, buchholz })
        .collect())
}

pub fn recompute(conn: &mut PgConnection, tid: i32) -> QueryResult<()> {
    let all: Vec<Entry> = entries::table.filter(entries::tournament_id.eq(tid)).load(conn)?;
    for e in &all {
        let finished: Vec<(i32, Option<Outcome>)> = games::table
            .filter(games::tournament_id.eq(tid))
            .filter(games::white_id.eq(e.player_id).or(games::black_id.eq(e.player_id)))
            .select((games::white_id, games::outcome))
            .load(conn)?;
        let score: f64 = finished.iter().map(|(w, o)| value(*w == e.player_id, *o)).sum();
        diesel::update(e).set(entries::points.eq(score)).execute(conn)?;
    }
    Ok(())
}

fn value(is_white: bool, outcome: Option<Outcome>) -> f64 {
    match (outcome, is_white) {
        (Some(Outcome::Draw), _) => 0.5,
        (Some(Outcome::WhiteWins), true) | (Some(Outcome::BlackWins), false) => 1.0,
        _ => 0.0,
    }
}

pub fn unpaid(conn: &mut PgConnection, tid: i32) -> QueryResult<Vec<i32>> {
    entries::table
        .filter(entries::tournament_id.eq(tid).and(entries::paid_on.is_null()))
        .select(entries::player_id)
        .load(conn)
}
