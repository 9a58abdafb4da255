use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::people::{self, dsl};

#[derive(Clone, Debug, Identifiable, Queryable)]
#[diesel(table_name = people)]
pub struct Person {
    pub id: i32,
    pub login: String,
    pub nick: String,
    pub mail: String,
    pub irc: Option<String>,
    pub is_staff: bool,
    pub theme: String,
    pub seen: Option<DateTime<Utc>>,
}

pub fn sign_up(c: &mut PgConnection, login: &str, mail: &str) -> QueryResult<Person> {
    diesel::insert_into(dsl::people)
        .values((
            dsl::login.eq(login),
            dsl::nick.eq(login),
            dsl::mail.eq(mail),
            dsl::is_staff.eq(false),
            dsl::theme.eq("light"),
        ))
        .get_result(c)
}

pub fn by_login(c: &mut PgConnection, login: &str) -> QueryResult<Option<Person>> {
    dsl::people.filter(dsl::login.eq(login)).first(c).optional()
}

pub fn seen_now(c: &mut PgConnection, person: i32) -> QueryResult<usize> {
    diesel::update(dsl::people.find(person))
        .set(dsl::seen.eq(diesel::dsl::now))
        .execute(c)
}

pub fn preferences(c: &mut PgConnection, person: i32, nick: &str, irc: Option<&str>, theme: &str) -> QueryResult<Person> {
    diesel::update(dsl::people.find(person))
        .set((dsl::nick.eq(nick), dsl::irc.eq(irc), dsl::theme.eq(theme)))
        .get_result(c)
}

pub fn staff_mails(c: &mut PgConnection) -> QueryResult<Vec<String>> {
    dsl::people.filter(dsl::is_staff).select(dsl::mail).load(c)
}
