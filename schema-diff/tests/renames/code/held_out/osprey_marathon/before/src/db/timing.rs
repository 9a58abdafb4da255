use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{mats, races, reads};

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = reads)]
pub struct Read<'a> {
    pub mat_id: i32,
    pub chip: &'a str,
    pub at: DateTime<Utc>,
    pub rssi: Option<i16>,
    pub source: &'a str,
    pub discarded: bool,
    pub operator: Option<&'a str>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mats)]
pub struct Mat {
    pub id: i32,
    pub race_id: i32,
    pub label: String,
    pub km: f64,
    pub reader_serial: Option<String>,
    pub is_finish: bool,
    pub min_gap_s: i32,
}

/// `<serial>;<chip>;<unix millis>;<rssi>`
pub fn parse<'a>(line: &'a str, mats: &[Mat]) -> Option<Read<'a>> {
    let mut it = line.trim().split(';');
    let (serial, chip, ms, rssi) = (it.next()?, it.next()?, it.next()?, it.next()?);
    let mat = mats.iter().find(|m| m.reader_serial.as_deref() == Some(serial))?;
    Some(Read {
        mat_id: mat.id,
        chip,
        at: DateTime::from_timestamp_millis(ms.parse().ok()?)?,
        rssi: rssi.parse().ok(),
        source: "reader",
        discarded: false,
        operator: None,
    })
}

pub fn store(conn: &mut PgConnection, batch: &[Read]) -> QueryResult<usize> {
    diesel::insert_into(reads::table).values(batch).on_conflict_do_nothing().execute(conn)
}

pub fn by_hand(conn: &mut PgConnection, mat: i32, chip: &str, at: DateTime<Utc>, who: &str) -> QueryResult<i64> {
    diesel::insert_into(reads::table)
        .values(Read { mat_id: mat, chip, at, rssi: None, source: "manual", discarded: false, operator: Some(who) })
        .returning(reads::id)
        .get_result(conn)
}

pub fn weak(conn: &mut PgConnection, mat: &Mat, below: i16) -> QueryResult<usize> {
    diesel::update(reads::table)
        .filter(reads::mat_id.eq(mat.id).and(reads::rssi.lt(below)))
        .filter(reads::source.ne("manual"))
        .set(reads::discarded.eq(true))
        .execute(conn)
}

pub fn course(conn: &mut PgConnection, race: i32) -> QueryResult<Vec<Mat>> {
    mats::table
        .filter(mats::race_id.eq(race))
        .order((mats::km.asc(), mats::is_finish.asc()))
        .select(Mat::as_select())
        .load(conn)
}

pub fn fire_gun(conn: &mut PgConnection, race: i32) -> QueryResult<DateTime<Utc>> {
    let t = Utc::now();
    diesel::update(races::table.find(race)).set(races::gun_time.eq(t)).execute(conn)?;
    Ok(t)
}
