use diesel::prelude::*;

use crate::model::{NewPlayer, Player};
use crate::schema::players;
use crate::schema::players::dsl::*;

pub fn by_handle(conn: &mut PgConnection, who: &str) -> QueryResult<Option<Player>> {
    players.filter(handle.ilike(who)).first(conn).optional()
}

pub fn register(conn: &mut PgConnection, name: &str, fed: &str, at: i32) -> QueryResult<Player> {
    diesel::insert_into(players)
        .values(&NewPlayer {
            handle: name,
            fide_no: None,
            rating: at,
            peak: at,
            federation: fed,
            club: None,
        })
        .get_result(conn)
}

/// Public list: players who hid their rating are left out.
pub fn top(conn: &mut PgConnection, n: i64) -> QueryResult<Vec<(String, String, i32)>> {
    players
        .filter(hide_rating.eq(false))
        .order((rating.desc(), handle.asc()))
        .limit(n)
        .select((handle, federation, rating))
        .load(conn)
}

pub fn members_of(conn: &mut PgConnection, the_club: &str) -> QueryResult<Vec<Player>> {
    players.filter(club.eq(the_club)).order(joined).load(conn)
}

pub fn juniors(conn: &mut PgConnection, since: i16) -> QueryResult<Vec<(String, Option<i16>)>> {
    players
        .filter(born.ge(since))
        .select((players::handle, players::born))
        .load(conn)
}

pub fn set_rating(conn: &mut PgConnection, pid: i32, new_rating: i32) -> QueryResult<()> {
    diesel::update(players.find(pid)).set(rating.eq(new_rating)).execute(conn)?;
    diesel::update(players.find(pid).filter(peak.lt(new_rating)))
        .set(peak.eq(new_rating))
        .execute(conn)?;
    Ok(())
}

pub fn link_fide(conn: &mut PgConnection, pid: i32, no: i32) -> QueryResult<usize> {
    diesel::update(players.find(pid)).set(fide_no.eq(no)).execute(conn)
}
