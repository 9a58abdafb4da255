use chrono::NaiveDateTime;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::member::Member;
use crate::schema::{boards, members, threads};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
pub struct Board {
    pub id: i32,
    pub name: String,
    pub blurb: Option<String>,
    pub parent_id: Option<i32>,
    pub sort: i32,
    pub closed: bool,
    pub min_karma: i32,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(belongs_to(Board))]
#[diesel(belongs_to(Member, foreign_key = starter_id))]
pub struct Thread {
    pub id: i64,
    pub board_id: i32,
    pub starter_id: i32,
    pub subject: String,
    pub sticky: bool,
    pub locked: bool,
    pub views: i32,
    pub replies: i32,
    pub bumped: NaiveDateTime,
}

pub fn index(conn: &mut PgConnection) -> QueryResult<Vec<Board>> {
    boards::table
        .filter(boards::closed.eq(false))
        .order((boards::parent_id.nullable(), boards::sort))
        .select(Board::as_select())
        .load(conn)
}

pub fn page(conn: &mut PgConnection, board: &Board, number: i64) -> QueryResult<Vec<(Thread, String)>> {
    Thread::belonging_to(board)
        .inner_join(members::table.on(members::id.eq(threads::starter_id)))
        .order((threads::sticky.desc(), threads::bumped.desc()))
        .select((Thread::as_select(), members::nick))
        .limit(30)
        .offset(30 * number)
        .load(conn)
}

pub fn open(conn: &mut PgConnection, board: &Board, who: &Member, subject: &str) -> QueryResult<Option<Thread>> {
    if board.closed || !who.may_post(board.min_karma) {
        return Ok(None);
    }
    diesel::insert_into(threads::table)
        .values((
            threads::board_id.eq(board.id),
            threads::starter_id.eq(who.id),
            threads::subject.eq(subject),
        ))
        .returning(Thread::as_returning())
        .get_result(conn)
        .map(Some)
}

pub fn viewed(conn: &mut PgConnection, thread: i64) -> QueryResult<usize> {
    diesel::update(threads::table.find(thread))
        .set(threads::views.eq(threads::views + 1))
        .execute(conn)
}

pub fn pin(conn: &mut PgConnection, thread: &Thread, on: bool) -> QueryResult<usize> {
    diesel::update(thread).set(threads::sticky.eq(on)).execute(conn)
}

pub fn lock(conn: &mut PgConnection, thread: &Thread) -> QueryResult<usize> {
    diesel::update(thread).set(threads::locked.eq(true)).execute(conn)
}
