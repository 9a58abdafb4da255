use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{commuters, seats, trips};
use crate::types::{AboutMe, Commuter, OfferedTrip, Seat, SeatState, Trip};

pub fn offer(conn: &mut PgConnection, trip: OfferedTrip) -> QueryResult<Trip> {
    diesel::insert_into(trips::table).values(&trip).get_result(conn)
}

pub fn request(conn: &mut PgConnection, trip: &Trip, rider: Uuid, at: &str, until: &str) -> QueryResult<Seat> {
    diesel::insert_into(seats::table)
        .values((
            seats::trip_id.eq(trip.id),
            seats::rider.eq(rider),
            seats::state.eq(SeatState::Requested),
            seats::pickup.eq(at),
            seats::dropoff.eq(until),
            seats::paid_ct.eq(0),
        ))
        .get_result(conn)
}

pub fn settle(conn: &mut PgConnection, trip: &Trip) -> QueryResult<i32> {
    let riders: Vec<Seat> = seats::table.filter(seats::trip_id.eq(trip.id)).load(conn)?;
    let riders: Vec<Seat> = riders.into_iter().filter(|s| s.state.takes_room()).collect();
    let share = trip.fare_ct / (riders.len() as i32 + 1);
    for seat in &riders {
        diesel::update(seat)
            .set((seats::paid_ct.eq(share), seats::state.eq(SeatState::Done)))
            .execute(conn)?;
    }
    Ok(share)
}

pub fn rate(conn: &mut PgConnection, seat: i64, driver: Uuid, n: i16, words: Option<&str>) -> QueryResult<()> {
    conn.transaction(|conn| {
        diesel::update(seats::table.find(seat))
            .set((seats::stars_given.eq(n), seats::review.eq(words)))
            .execute(conn)?;
        let d: Commuter = commuters::table.find(driver).first(conn)?;
        let stars = (d.stars * d.ratings as f32 + n as f32) / (d.ratings + 1) as f32;
        diesel::update(commuters::table.find(driver))
            .set((commuters::stars.eq(stars), commuters::ratings.eq(d.ratings + 1)))
            .execute(conn)?;
        Ok(())
    })
}

pub fn cancel(conn: &mut PgConnection, trip: i64, because: &str) -> QueryResult<usize> {
    diesel::update(trips::table.find(trip))
        .set((trips::cancelled.eq(true), trips::memo.eq(because)))
        .execute(conn)
}

pub fn edit(conn: &mut PgConnection, who: Uuid, me: &AboutMe) -> QueryResult<Commuter> {
    diesel::update(commuters::table.find(who)).set(me).get_result(conn)
}

pub fn payout_file(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<String>)>> {
    commuters::table
        .filter(commuters::iban.is_not_null())
        .order(commuters::signup_ts)
        .select((commuters::login, commuters::iban))
        .load(conn)
}
