use anyhow::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::alarm::{raise, NewAlarm, Severity};
use crate::rule::active_for;
use crate::schema::readings;

#[derive(Debug, Insertable)]
#[diesel(table_name = readings)]
pub struct Reading<'a> {
    pub device_id: i32,
    pub metric: &'a str,
    pub ts: DateTime<Utc>,
    pub val: f64,
    pub quality: i16,
    pub raw: Option<Value>,
}

pub fn store(conn: &mut PgConnection, batch: &[Reading<'_>]) -> Result<usize> {
    let n = diesel::insert_into(readings::table)
        .values(batch)
        .on_conflict_do_nothing()
        .execute(conn)?;
    for reading in batch.iter().filter(|r| r.quality > 50) {
        for rule in active_for(conn, reading.metric)? {
            if rule.is_violated_by(reading.val) {
                raise(
                    conn,
                    &NewAlarm {
                        device_id: reading.device_id,
                        rule_id: Some(rule.id),
                        sev: Severity::Warn,
                        msg: format!("{} is {}", reading.metric, reading.val),
                    },
                )?;
            }
        }
    }
    Ok(n)
}

pub fn prune(conn: &mut PgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(readings::table.filter(readings::ts.lt(before))).execute(conn)
}
