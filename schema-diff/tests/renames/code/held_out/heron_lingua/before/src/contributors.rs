use diesel::prelude::*;

use crate::rows::Contributor;
use crate::schema::contributors;

pub fn credits(conn: &mut PgConnection) -> QueryResult<Vec<(String, i64)>> {
    contributors::table
        .filter(contributors::hide_from_credits.eq(false))
        .order(contributors::words_done.desc())
        .select((contributors::preferred_username, contributors::words_done))
        .load(conn)
}

pub fn join(conn: &mut PgConnection, nick: &str, mail: &str, codes: &[&str]) -> QueryResult<i64> {
    diesel::insert_into(contributors::table)
        .values((
            contributors::preferred_username.eq(nick),
            contributors::email.eq(mail),
            contributors::langs.eq(codes),
            contributors::words_done.eq(0i64),
            contributors::hide_from_credits.eq(false),
        ))
        .returning(contributors::id)
        .get_result(conn)
}

pub fn seen(conn: &mut PgConnection, id: i64) -> QueryResult<usize> {
    touch!(conn, contributors, id, last_seen)
}

pub fn invoice(c: &Contributor, words: i64) -> Option<String> {
    let rate = c.pay_rate? as i64;
    Some(format!("{} <{}>: {} words, {} cents", c.preferred_username, c.email, words, words * rate))
}
