//! Reception: today's list, arrivals, no-shows.
use chrono::{NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::enums::VisitStatus;
use crate::schema::{patients, practitioners, visits};

#[derive(Debug, Queryable)]
pub struct Slot {
    pub surname: String,
    pub doctor: String,
    pub room: Option<String>,
    pub status: VisitStatus,
}

pub async fn waiting_room(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Slot>> {
    visits::table
        .inner_join(patients::table)
        .inner_join(practitioners::table)
        .filter(visits::checked_in_at.is_not_null())
        .filter(visits::status.eq(VisitStatus::Arrived))
        .order(visits::checked_in_at.asc())
        .select((
            patients::surname,
            practitioners::display_name,
            practitioners::room,
            visits::status,
        ))
        .load(conn)
        .await
}

pub async fn check_in(conn: &mut AsyncPgConnection, visit: Uuid, clerk: &str) -> QueryResult<usize> {
    diesel::update(visits::table.find(visit))
        .set((
            visits::status.eq(VisitStatus::Arrived),
            visits::checked_in_at.eq(Some(Utc::now())),
            visits::checked_in_by.eq(Some(clerk)),
        ))
        .execute(conn)
        .await
}

pub async fn no_show(conn: &mut AsyncPgConnection, visit: Uuid, fee: i32) -> QueryResult<usize> {
    diesel::update(visits::table.find(visit))
        .set((visits::status.eq(VisitStatus::Noshow), visits::noshow_fee.eq(fee)))
        .execute(conn)
        .await
}

pub async fn page(conn: &mut AsyncPgConnection, doctor: Uuid) -> QueryResult<Option<String>> {
    practitioners::table
        .find(doctor)
        .select(practitioners::pager)
        .first(conn)
        .await
}

pub async fn birthdays(conn: &mut AsyncPgConnection, day: NaiveDate) -> QueryResult<Vec<(String, String)>> {
    patients::table
        .filter(patients::dob.eq(day))
        .select((patients::forename, patients::surname))
        .load(conn)
        .await
}
