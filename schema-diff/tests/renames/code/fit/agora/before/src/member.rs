use chrono::{Duration, NaiveDateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::schema::members::{self, dsl};

diesel::define_sql_function! {
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
pub struct Member {
    pub id: i32,
    pub nick: String,
    pub real_name: Option<String>,
    pub mail: String,
    pub pw: String,
    pub avatar: Option<String>,
    pub signature: Option<String>,
    pub karma: i32,
    pub is_mod: bool,
    pub is_bot: bool,
    pub joined: NaiveDateTime,
    pub banned_until: Option<NaiveDateTime>,
    pub icq: Option<String>,
    pub hide_email: bool,
}

#[derive(Debug, Clone, AsChangeset, Default)]
#[diesel(table_name = members)]
pub struct Settings<'a> {
    pub real_name: Option<&'a str>,
    pub avatar: Option<&'a str>,
    pub signature: Option<&'a str>,
    pub icq: Option<&'a str>,
    pub hide_email: Option<bool>,
}

/// The public part of a member.
#[derive(Debug, serde::Serialize)]
pub struct Card {
    pub nick: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub icq: Option<String>,
    pub picture: String,
    pub karma: i32,
    pub staff: bool,
}

impl From<Member> for Card {
    fn from(member: Member) -> Self {
        Card {
            email: (!member.hide_email).then_some(member.mail),
            picture: member.avatar.unwrap_or_else(|| "/img/nobody.png".into()),
            nick: member.nick,
            name: member.real_name,
            icq: member.icq,
            karma: member.karma,
            staff: member.is_mod,
        }
    }
}

impl Member {
    pub fn named(conn: &mut PgConnection, name: &str) -> QueryResult<Member> {
        dsl::members
            .filter(lower(dsl::nick).eq(name.to_lowercase()))
            .select(Member::as_select())
            .first(conn)
    }

    pub fn may_post(&self, min_karma: i32) -> bool {
        let banned = self.banned_until.is_some_and(|until| until > Utc::now().naive_utc());
        !banned && (self.is_mod || self.karma >= min_karma)
    }

    pub fn ban(&self, conn: &mut PgConnection, days: i64) -> QueryResult<usize> {
        let until = Utc::now().naive_utc() + Duration::days(days);
        diesel::update(self).set(dsl::banned_until.eq(until)).execute(conn)
    }

    pub fn promote(&self, conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::update(self).set(dsl::is_mod.eq(true)).execute(conn)
    }

    pub fn configure(&self, conn: &mut PgConnection, settings: Settings) -> QueryResult<Member> {
        diesel::update(self)
            .set(settings)
            .returning(Member::as_returning())
            .get_result(conn)
    }
}

pub fn sign_up(conn: &mut PgConnection, name: &str, address: &str, hash: &str) -> QueryResult<Member> {
    diesel::insert_into(dsl::members)
        .values((
            dsl::nick.eq(name),
            dsl::mail.eq(address),
            dsl::pw.eq(hash),
            dsl::karma.eq(0),
        ))
        .returning(Member::as_returning())
        .get_result(conn)
}

pub fn hall_of_fame(conn: &mut PgConnection) -> QueryResult<Vec<(String, i32)>> {
    dsl::members
        .filter(dsl::is_bot.eq(false))
        .order((dsl::karma.desc(), dsl::joined))
        .select((dsl::nick, dsl::karma))
        .limit(20)
        .load(conn)
}
