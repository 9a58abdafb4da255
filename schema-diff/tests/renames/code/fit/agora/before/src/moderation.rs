use diesel::dsl::{count_star, exists, not};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::member::Member;
use crate::post::Post;
use crate::schema::{flags, mod_log, posts};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::FlagReason"]
pub enum FlagReason {
    Spam,
    Abuse,
    OffTopic,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::ModAction"]
pub enum ModAction {
    Delete,
    Ban,
    Lock,
    Move,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = flags)]
pub struct Flag<'a> {
    pub post_id: i64,
    pub member_id: i32,
    pub reason: FlagReason,
    pub comment: Option<&'a str>,
}

pub fn flag(conn: &mut PgConnection, flag: Flag) -> QueryResult<usize> {
    diesel::insert_into(flags::table)
        .values(flag)
        .on_conflict_do_nothing()
        .execute(conn)
}

/// Posts with open flags, the most flagged first.
pub fn queue(conn: &mut PgConnection) -> QueryResult<Vec<(i64, i64)>> {
    flags::table
        .filter(flags::resolved.eq(false))
        .group_by(flags::post_id)
        .order(count_star().desc())
        .select((flags::post_id, count_star()))
        .load(conn)
}

pub fn dismiss(conn: &mut PgConnection, post: i64) -> QueryResult<usize> {
    diesel::update(flags::table.filter(flags::post_id.eq(post)))
        .set(flags::resolved.eq(true))
        .execute(conn)
}

fn log(conn: &mut PgConnection, who: &Member, action: ModAction, target: String, why: &str) -> QueryResult<usize> {
    diesel::insert_into(mod_log::table)
        .values((
            mod_log::mod_id.eq(who.id),
            mod_log::action.eq(action),
            mod_log::target.eq(target),
            mod_log::why.eq(why),
        ))
        .execute(conn)
}

pub fn delete(conn: &mut PgConnection, who: &Member, post: &Post, why: &str) -> QueryResult<usize> {
    conn.transaction(|conn| {
        diesel::update(post).set(posts::deleted.eq(true)).execute(conn)?;
        dismiss(conn, post.id)?;
        log(conn, who, ModAction::Delete, format!("post:{}", post.id), why)
    })
}

pub fn ban(conn: &mut PgConnection, who: &Member, whom: &Member, days: i64, why: &str) -> QueryResult<usize> {
    whom.ban(conn, days)?;
    log(conn, who, ModAction::Ban, format!("member:{}", whom.id), why)
}

/// Deleted posts nobody has complained about: a person cleans up too eagerly.
pub fn unflagged_deletions(conn: &mut PgConnection) -> QueryResult<Vec<i64>> {
    posts::table
        .filter(posts::deleted.eq(true))
        .filter(not(exists(flags::table.filter(flags::post_id.eq(posts::id)))))
        .select(posts::id)
        .load(conn)
}
