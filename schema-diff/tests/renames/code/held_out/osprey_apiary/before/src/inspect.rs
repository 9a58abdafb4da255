use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::QueryResult;

use crate::models::{Inspection, NewInspection};

pub fn record(conn: &mut PgConnection, visit: &NewInspection) -> QueryResult<i32> {
    use crate::schema::inspections::dsl::*;

    diesel::insert_into(inspections)
        .values(visit)
        .returning(id)
        .get_result(conn)
}

pub fn last_visit(conn: &mut PgConnection, hive: i32) -> QueryResult<Option<Inspection>> {
    use crate::schema::inspections::dsl::*;

    inspections
        .filter(colony_id.eq(hive))
        .order(seen_on.desc())
        .first(conn)
        .optional()
}

/// Colonies that may be queenless: neither eggs nor a queen at the given visit.
pub fn queenless(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<i32>> {
    use crate::schema::inspections::dsl::*;

    inspections
        .filter(seen_on.eq(day))
        .filter(eggs.eq(false).and(queen_seen.eq(false)))
        .select(colony_id)
        .load(conn)
}

pub fn mite_alarm(conn: &mut PgConnection, threshold: i32) -> QueryResult<Vec<(i32, Option<i32>)>> {
    use crate::schema::inspections::dsl::*;

    inspections
        .filter(varroa_drop.gt(threshold))
        .order(varroa_drop.desc())
        .select((colony_id, varroa_drop))
        .load(conn)
}

pub fn feed_needed(visit: &Inspection) -> bool {
    visit.store_frames < 3 && visit.brood_frames > visit.store_frames
}

pub fn search(conn: &mut PgConnection, words: &str, who: Option<&str>) -> QueryResult<Vec<Inspection>> {
    use crate::schema::inspections::dsl::*;

    let mut query = inspections.into_boxed();
    query = query.filter(remarks.ilike(format!("%{words}%")));
    if let Some(who) = who {
        query = query.filter(keeper.eq(who.to_owned()));
    }
    query.order(seen_on.desc()).limit(100).load(conn)
}

pub fn print_card(v: &Inspection) {
    println!("{} by {}", v.seen_on, v.keeper);
    println!("  brood {} / stores {}", v.brood_frames, v.store_frames);
    if let Some(w) = &v.weather {
        println!("  weather: {w}");
    }
    if let Some(text) = v.remarks.as_deref() {
        println!("  {text}");
    }
}
