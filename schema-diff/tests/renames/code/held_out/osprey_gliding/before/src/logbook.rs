use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::dsl::{exists, select, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_derive_enum::DbEnum;

use crate::schema::flights as f;
use crate::schema::gliders as g;
use crate::schema::pilots as p;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::LaunchKind"]
pub enum LaunchKind {
    Winch,
    Aerotow,
    SelfLaunch,
    Bungee,
}

/// One line of the log as it is shown: registration, pilot, off, on.
pub type Line = (String, String, DateTime<Utc>, Option<DateTime<Utc>>);

#[derive(Debug, Clone, Queryable)]
pub struct Flight {
    pub id: i64,
    pub glider: String,
    pub p1: i32,
    pub p2: Option<i32>,
    pub takeoff: DateTime<Utc>,
    pub landing: Option<DateTime<Utc>>,
    pub launch: LaunchKind,
    pub tow_height: Option<i32>,
    pub airfield: String,
    pub landed_at: Option<String>,
    pub notes: Option<String>,
    pub igc_file: Option<String>,
    pub charged: bool,
}

#[derive(Debug, PartialEq)]
pub enum Refusal {
    Grounded,
    ArcExpired(NaiveDate),
    NoMedical,
    TooHeavy(i32),
}

pub fn may_fly(conn: &mut PgConnection, reg: &str, crew: &[i32], day: NaiveDate) -> QueryResult<Result<(), Refusal>> {
    let (grounded, arc, seats, mass): (bool, NaiveDate, i16, i32) = g::table
        .find(reg)
        .select((g::grounded, g::arc_expiry, g::seats, g::empty_mass))
        .first(conn)?;
    if grounded {
        return Ok(Err(Refusal::Grounded));
    }
    if arc < day {
        return Ok(Err(Refusal::ArcExpired(arc)));
    }
    let unfit: bool = select(exists(
        p::table
            .filter(p::id.eq_any(crew.to_vec()))
            .filter(p::medical_until.lt(day).or(p::medical_until.is_null())),
    ))
    .get_result(conn)?;
    if unfit {
        return Ok(Err(Refusal::NoMedical));
    }
    let people: Vec<i32> = p::table.filter(p::id.eq_any(crew.to_vec())).select(p::body_mass).load(conn)?;
    let total = mass + people.iter().sum::<i32>();
    let limit = 380 + 110 * seats as i32;
    Ok(if total > limit { Err(Refusal::TooHeavy(total - limit)) } else { Ok(()) })
}

pub fn launch(conn: &mut PgConnection, reg: &str, p1: i32, p2: Option<i32>, how: LaunchKind) -> QueryResult<i64> {
    diesel::insert_into(f::table)
        .values((
            f::glider.eq(reg),
            f::p1.eq(p1),
            f::p2.eq(p2),
            f::takeoff.eq(Utc::now()),
            f::launch.eq(how),
            f::airfield.eq("EDXX"),
            f::charged.eq(false),
        ))
        .returning(f::id)
        .get_result(conn)
}

pub fn land(conn: &mut PgConnection, id: i64, outlanding: Option<&str>) -> QueryResult<Duration> {
    let (off, on): (DateTime<Utc>, Option<DateTime<Utc>>) = diesel::update(f::table.find(id))
        .set((f::landing.eq(Utc::now()), f::landed_at.eq(outlanding)))
        .returning((f::takeoff, f::landing))
        .get_result(conn)?;
    Ok(on.unwrap_or(off) - off)
}

pub fn airborne(conn: &mut PgConnection) -> QueryResult<Vec<Line>> {
    f::table
        .inner_join(p::table)
        .filter(f::landing.is_null())
        .order(f::takeoff.asc())
        .select((f::glider, p::fullname, f::takeoff, f::landing))
        .load(conn)
}

pub fn with_traces(conn: &mut PgConnection, pilot: i32) -> QueryResult<Vec<Flight>> {
    f::table
        .filter(f::p1.eq(pilot).or(f::p2.eq(pilot)))
        .filter(f::igc_file.is_not_null())
        .order(f::takeoff.desc())
        .load(conn)
}

pub fn tow_bill(conn: &mut PgConnection, month: &str) -> QueryResult<Vec<(String, Option<i32>)>> {
    f::table
        .inner_join(p::table)
        .filter(f::launch.eq(LaunchKind::Aerotow))
        .filter(sql::<Bool>("to_char(takeoff, 'YYYY-MM') = ").bind::<Text, _>(month.to_owned()))
        .select((p::fullname, f::tow_height))
        .load(conn)
}
