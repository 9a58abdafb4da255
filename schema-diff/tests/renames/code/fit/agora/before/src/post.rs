use chrono::{NaiveDateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::board::Thread;
use crate::member::Member;
use crate::schema::{posts, threads};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(belongs_to(Thread))]
#[diesel(belongs_to(Member))]
pub struct Post {
    pub id: i64,
    pub thread_id: i64,
    pub member_id: i32,
    pub body: String,
    pub body_html: String,
    pub ip: Option<String>,
    pub edited: Option<NaiveDateTime>,
    pub edit_reason: Option<String>,
    pub deleted: bool,
    pub up: i32,
    pub down: i32,
    pub created: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = posts)]
struct Draft<'a> {
    thread_id: i64,
    member_id: i32,
    body: &'a str,
    body_html: String,
    ip: Option<&'a str>,
}

fn render(markdown: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(markdown));
    html
}

pub fn reply(conn: &mut PgConnection, thread: &Thread, who: &Member, text: &str, from: Option<&str>) -> QueryResult<Post> {
    let draft = Draft {
        thread_id: thread.id,
        member_id: who.id,
        body: text,
        body_html: render(text),
        ip: from,
    };
    conn.transaction(|conn| {
        diesel::update(thread)
            .set((
                threads::replies.eq(threads::replies + 1),
                threads::bumped.eq(Utc::now().naive_utc()),
            ))
            .execute(conn)?;
        diesel::insert_into(posts::table)
            .values(draft)
            .returning(Post::as_returning())
            .get_result(conn)
    })
}

pub fn edit(conn: &mut PgConnection, post: &Post, text: &str, why: Option<&str>) -> QueryResult<usize> {
    diesel::update(post)
        .set((
            posts::body.eq(text),
            posts::body_html.eq(render(text)),
            posts::edited.eq(Utc::now().naive_utc()),
            posts::edit_reason.eq(why),
        ))
        .execute(conn)
}

pub fn vote(conn: &mut PgConnection, post: &Post, good: bool) -> QueryResult<usize> {
    if good {
        diesel::update(post).set(posts::up.eq(posts::up + 1)).execute(conn)
    } else {
        diesel::update(post).set(posts::down.eq(posts::down + 1)).execute(conn)
    }
}

pub fn read(conn: &mut PgConnection, thread: &Thread) -> QueryResult<Vec<Post>> {
    Post::belonging_to(thread)
        .filter(posts::deleted.eq(false))
        .order(posts::created)
        .select(Post::as_select())
        .load(conn)
}

pub fn from_address(conn: &mut PgConnection, address: &str) -> QueryResult<Vec<i64>> {
    posts::table.filter(posts::ip.eq(address)).select(posts::id).load(conn)
}

/// Posts of one member, the best first.
pub fn best_of(conn: &mut PgConnection, who: &Member) -> QueryResult<Vec<Post>> {
    Post::belonging_to(who)
        .order((posts::up - posts::down).desc())
        .select(Post::as_select())
        .limit(10)
        .load(conn)
}
