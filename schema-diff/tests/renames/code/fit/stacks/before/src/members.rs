use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::schema::members;

#[derive(Queryable, Selectable, Identifiable, Debug, Clone, Serialize)]
#[diesel(table_name = members)]
pub struct Member {
    pub id: i32,
    pub card_no: String,
    pub name: String,
    pub email: Option<String>,
    pub tel: Option<String>,
    pub addr: String,
    pub birthday: Option<NaiveDate>,
    pub joined: NaiveDate,
    pub until: Option<NaiveDate>,
    #[serde(skip)]
    pub pin: String,
    pub student: bool,
    pub remarks: Option<String>,
}

#[derive(Insertable, AsChangeset, Debug, Clone, Deserialize)]
#[diesel(table_name = members)]
pub struct MemberData {
    pub name: String,
    pub email: Option<String>,
    pub tel: Option<String>,
    pub addr: String,
    pub birthday: Option<NaiveDate>,
    pub student: bool,
}

pub fn join(conn: &mut PgConnection, data: &MemberData, card: &str, secret: &str) -> QueryResult<Member> {
    diesel::insert_into(members::table)
        .values((
            data,
            members::card_no.eq(card),
            members::pin.eq(secret),
            members::joined.eq(diesel::dsl::today),
        ))
        .returning(Member::as_returning())
        .get_result(conn)
}

pub fn by_card(conn: &mut PgConnection, card: &str, secret: &str) -> QueryResult<Option<Member>> {
    members::table
        .filter(members::card_no.eq(card))
        .filter(members::pin.eq(secret))
        .select(Member::as_select())
        .first(conn)
        .optional()
}

pub fn amend(conn: &mut PgConnection, member: i32, data: &MemberData) -> QueryResult<usize> {
    diesel::update(members::table.find(member)).set(data).execute(conn)
}

pub fn extend(conn: &mut PgConnection, member: i32, day: NaiveDate) -> QueryResult<usize> {
    diesel::update(members::table.find(member)).set(members::until.eq(day)).execute(conn)
}

pub fn remark(conn: &mut PgConnection, member: i32, text: &str) -> QueryResult<usize> {
    diesel::update(members::table.find(member)).set(members::remarks.eq(text)).execute(conn)
}

/// Who gets the reduced fee.
pub fn fee_cents(m: &Member, today: NaiveDate) -> i32 {
    let child = m.birthday.is_some_and(|day| today.years_since(day).is_some_and(|y| y < 18));
    match (child, m.student) {
        (true, _) => 0,
        (false, true) => 600,
        (false, false) => 1800,
    }
}
