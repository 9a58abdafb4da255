use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::alarms;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Severity"]
pub enum Severity {
    Info,
    Warn,
    Crit,
}

impl Severity {
    pub fn pages_someone(self) -> bool {
        match self {
            Severity::Info | Severity::Warn => false,
            Severity::Crit => true,
        }
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = alarms)]
pub struct Alarm {
    pub id: i64,
    pub device_id: i32,
    pub sev: Severity,
    pub msg: String,
    pub raised: DateTime<Utc>,
    pub cleared: Option<DateTime<Utc>>,
    pub acked_by: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = alarms)]
pub struct NewAlarm {
    pub device_id: i32,
    pub rule_id: Option<i32>,
    pub sev: Severity,
    pub msg: String,
}

pub fn raise(conn: &mut PgConnection, alarm: &NewAlarm) -> QueryResult<Alarm> {
    diesel::insert_into(alarms::table)
        .values((alarm, alarms::raised.eq(Utc::now()), alarms::muted.eq(false)))
        .returning(Alarm::as_returning())
        .get_result(conn)
}

pub fn open(conn: &mut PgConnection, at_least: Severity) -> QueryResult<Vec<Alarm>> {
    alarms::table
        .filter(alarms::cleared.is_null())
        .filter(alarms::sev.ge(at_least))
        .filter(alarms::muted.eq(false))
        .order(alarms::raised.desc())
        .select(Alarm::as_select())
        .load(conn)
}

pub fn acknowledge(conn: &mut PgConnection, id: i64, operator: &str) -> QueryResult<usize> {
    set_column!(conn, alarms::acked_by, id, operator)
}

pub fn mute(conn: &mut PgConnection, id: i64) -> QueryResult<usize> {
    set_column!(conn, alarms::muted, id, true)
}
