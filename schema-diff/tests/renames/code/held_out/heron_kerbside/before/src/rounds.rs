use chrono::{Datelike, NaiveDate};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::models::{CrewReport, NewBin, Round};
use crate::schema::{addresses, bins, pickups, rounds};

/// One printed line a stop; assisted collections carry a star.
pub fn sheet(conn: &mut PgConnection, round: &str, day: NaiveDate) -> QueryResult<Vec<String>> {
    let stops: Vec<(String, bool, Option<String>)> = pickups::table
        .inner_join(rounds::table)
        .inner_join(bins::table.inner_join(addresses::table))
        .filter(rounds::code.eq(round).and(pickups::due_on.eq(day)))
        .order(sql::<Text>("addresses.postcode, addresses.line1"))
        .select((
            sql::<Text>("concat_ws(', ', addresses.line1, addresses.line2, addresses.postcode)"),
            addresses::assisted,
            addresses::assist_note,
        ))
        .load(conn)?;
    Ok(stops
        .into_iter()
        .map(|(text, assisted, note)| match (assisted, note) {
            (true, Some(n)) => format!("* {text} ({n})"),
            (true, None) => format!("* {text}"),
            _ => format!("  {text}"),
        })
        .collect())
}

pub fn running(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Round>> {
    let dow = day.weekday().number_from_monday() as i16;
    let week = if day.iso_week().week() % 2 == 0 { "A" } else { "B" };
    rounds::table
        .filter(rounds::active.eq(true).and(rounds::weekday.eq(dow)))
        .filter(rounds::week_ab.is_null().or(rounds::week_ab.eq(week)))
        .order((rounds::depot, rounds::code))
        .select(Round::as_select())
        .load(conn)
}

pub fn finish(conn: &mut PgConnection, pickup: i64, r: &CrewReport) -> QueryResult<usize> {
    diesel::update(pickups::table.find(pickup)).set(r).execute(conn)
}

pub fn deliver(conn: &mut PgConnection, b: &NewBin, on: NaiveDate) -> QueryResult<i32> {
    let id: i32 = diesel::insert_into(bins::table).values(b).returning(bins::id).get_result(conn)?;
    diesel::update(bins::table.find(id)).set(bins::delivered_on.eq(on)).execute(conn)?;
    Ok(id)
}

pub fn replaceable(conn: &mut PgConnection) -> QueryResult<Vec<(i32, i64, String)>> {
    bins::table
        .filter(bins::lost.eq(true).or(bins::condition.le(1)))
        .filter(sql::<Bool>("bins.chip_no IS NOT NULL"))
        .select((bins::id, bins::uprn, bins::waste_kind))
        .load(conn)
}
