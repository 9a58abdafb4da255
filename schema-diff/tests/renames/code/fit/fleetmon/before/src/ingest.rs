use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::readings;

#[derive(Debug, Insertable)]
#[diesel(table_name = readings)]
pub struct Reading<'a> {
    pub device_id: Uuid,
    pub at: DateTime<Utc>,
    pub metric: &'a str,
    pub val: f64,
    pub quality: i16,
    pub raw: Option<&'a [u8]>,
}

#[derive(Debug)]
pub enum Malformed {
    Short,
    Checksum,
}

/// Twelve bytes: metric, quality, checksum, padding, value as an IEEE double.
pub fn decode(device_id: Uuid, frame: &[u8]) -> Result<Reading<'_>, Malformed> {
    let [metric, quality, checksum, _, value @ ..] = frame else {
        return Err(Malformed::Short);
    };
    let bytes: [u8; 8] = value.try_into().map_err(|_| Malformed::Short)?;
    if bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)) != *checksum {
        return Err(Malformed::Checksum);
    }
    Ok(Reading {
        device_id,
        at: Utc::now(),
        metric: match metric {
            1 => "temperature",
            2 => "humidity",
            _ => "unknown",
        },
        val: f64::from_be_bytes(bytes),
        quality: i16::from(*quality),
        raw: Some(frame),
    })
}

pub fn store(conn: &mut PgConnection, batch: &[Reading]) -> QueryResult<usize> {
    diesel::insert_into(readings::table)
        .values(batch)
        .on_conflict_do_nothing()
        .execute(conn)
}

pub fn latest(conn: &mut PgConnection, device: Uuid, name: &str) -> QueryResult<Option<f64>> {
    readings::table
        .filter(readings::device_id.eq(device))
        .filter(readings::metric.eq(name))
        .filter(readings::quality.gt(50))
        .order(readings::at.desc())
        .select(readings::val)
        .first(conn)
        .optional()
}
