use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

use crate::schema::{alarms, devices, sites};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Severity"]
pub enum Severity {
    Info,
    Warn,
    Crit,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = alarms)]
pub struct Alarm {
    pub id: i64,
    pub device_id: Uuid,
    pub rule: String,
    pub level: Severity,
    pub raised: DateTime<Utc>,
    pub cleared: Option<DateTime<Utc>>,
    pub ack_by: Option<String>,
    pub ticket: Option<String>,
    pub muted: bool,
}

pub fn raise(conn: &mut PgConnection, device: Uuid, rule: &str, level: Severity) -> QueryResult<Alarm> {
    diesel::insert_into(alarms::table)
        .values((
            alarms::device_id.eq(device),
            alarms::rule.eq(rule),
            alarms::level.eq(level),
            alarms::raised.eq(Utc::now()),
            alarms::muted.eq(false),
        ))
        .returning(Alarm::as_returning())
        .get_result(conn)
}

pub fn acknowledge(conn: &mut PgConnection, alarm: &Alarm, who: &str) -> QueryResult<usize> {
    diesel::update(alarm).set(alarms::ack_by.eq(who)).execute(conn)
}

pub fn clear(conn: &mut PgConnection, alarm: &Alarm) -> QueryResult<usize> {
    diesel::update(alarm).set(alarms::cleared.eq(Utc::now())).execute(conn)
}

pub fn attach_ticket(conn: &mut PgConnection, alarm: &Alarm, number: &str) -> QueryResult<usize> {
    diesel::update(alarm).set(alarms::ticket.eq(number)).execute(conn)
}

/// Who has to be paged for what is open and loud.
pub fn to_page(conn: &mut PgConnection) -> QueryResult<Vec<(String, String, String)>> {
    alarms::table
        .inner_join(devices::table.inner_join(sites::table))
        .filter(alarms::cleared.is_null())
        .filter(alarms::ack_by.is_null())
        .filter(alarms::muted.eq(false))
        .filter(alarms::level.eq(Severity::Crit))
        .filter(sites::pager.is_not_null())
        .select((sites::pager.assume_not_null(), devices::serial, alarms::rule))
        .load(conn)
}
