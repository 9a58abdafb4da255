use diesel::prelude::*;

use crate::schema::{bookings, seats, tickets};

macro_rules! seat_columns {
    () => {
        (seats::id, seats::block, seats::row_no, seats::seat_no, seats::category)
    };
}

pub type Seat = (i64, String, i16, i16, String);

pub fn free(conn: &mut PgConnection, venue: i64, event: i64) -> QueryResult<Vec<Seat>> {
    let taken = tickets::table
        .inner_join(bookings::table)
        .filter(bookings::event_id.eq(event))
        .filter(bookings::cancelled.eq(false))
        .select(tickets::seat_id);
    seats::table
        .filter(seats::venue_id.eq(venue))
        .filter(seats::id.ne_all(taken))
        .select(seat_columns!())
        .order((seats::block, seats::row_no, seats::seat_no))
        .load(conn)
}

pub fn good(conn: &mut PgConnection, venue: i64) -> QueryResult<Vec<Seat>> {
    seats::table
        .filter(seats::venue_id.eq(venue).and(seats::obstructed.eq(false)))
        .select(seat_columns!())
        .load(conn)
}

/// The gate's scanner: admits once.
pub fn admit(conn: &mut PgConnection, scanned: &str, at_gate: &str) -> QueryResult<bool> {
    let n = diesel::update(
        tickets::table
            .filter(tickets::code.eq(scanned))
            .filter(tickets::admitted.is_null()),
    )
    .set((tickets::admitted.eq(diesel::dsl::now), tickets::gate.eq(at_gate)))
    .execute(conn)?;
    Ok(n == 1)
}
