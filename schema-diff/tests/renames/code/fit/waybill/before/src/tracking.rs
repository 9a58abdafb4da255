use diesel::prelude::*;

use crate::models::TrkEvent;
use crate::schema::{parcels, trk_events};

pub fn history(conn: &mut PgConnection, code: &str) -> QueryResult<Vec<TrkEvent>> {
    trk_events::table
        .inner_join(parcels::table)
        .filter(parcels::barcode.eq(code))
        .order(trk_events::at.asc())
        .select(trk_events::all_columns)
        .load(conn)
}

pub fn log(
    conn: &mut PgConnection,
    parcel: i32,
    what: &str,
    place: Option<&str>,
    note: Option<&str>,
) -> QueryResult<usize> {
    diesel::insert_into(trk_events::table)
        .values((
            trk_events::parcel_id.eq(parcel),
            trk_events::kind.eq(what),
            trk_events::location.eq(place),
            trk_events::msg.eq(note),
            trk_events::at.eq(diesel::dsl::now),
        ))
        .execute(conn)
}

/// One line for the customer's page.
pub fn line(e: &TrkEvent) -> String {
    let place = e.location.as_deref().unwrap_or("-");
    match &e.msg {
        Some(msg) => format!("{} {} ({}): {}", e.at, e.kind, place, msg),
        None => format!("{} {} ({})", e.at, e.kind, place),
    }
}
