use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{cars, commuters, seats, trips};
use crate::types::{SeatState, Trip};

type Boxed<'a> = trips::BoxedQuery<'a, Pg>;

#[derive(Debug, Clone)]
pub struct Wish<'a> {
    from: &'a str,
    to: &'a str,
    after: DateTime<Utc>,
    budget: Option<i32>,
    with_dog: bool,
    only_women: bool,
}

impl<'a> Wish<'a> {
    pub fn new(from: &'a str, to: &'a str, after: DateTime<Utc>) -> Self {
        Wish { from, to, after, budget: None, with_dog: false, only_women: false }
    }

    pub fn budget(self, cents: i32) -> Self {
        Wish { budget: Some(cents), ..self }
    }

    pub fn dog(self) -> Self {
        Wish { with_dog: true, ..self }
    }

    pub fn women(self) -> Self {
        Wish { only_women: true, ..self }
    }

    fn query(&self) -> Boxed<'a> {
        let mut q = trips::table
            .filter(trips::origin.eq(self.from))
            .filter(trips::dest.eq(self.to))
            .filter(trips::leaves.ge(self.after))
            .filter(trips::cancelled.eq(false))
            .into_boxed();
        if let Some(max) = self.budget {
            q = q.filter(trips::fare_ct.le(max));
        }
        if self.with_dog {
            q = q.filter(trips::pets_ok.eq(true));
        }
        if self.only_women {
            q = q.filter(trips::women_only.eq(true));
        }
        q
    }

    pub fn run(&self, conn: &mut PgConnection) -> QueryResult<Vec<Trip>> {
        self.query().order((trips::leaves.asc(), trips::detour_min.asc())).load(conn)
    }
}

pub fn free_seats(conn: &mut PgConnection, trip: &Trip) -> QueryResult<i64> {
    let all: i16 = cars::table.find(trip.car_id).select(cars::seat_count).first(conn)?;
    let used: i64 = seats::table
        .filter(seats::trip_id.eq(trip.id))
        .filter(seats::state.eq_any([SeatState::Confirmed, SeatState::Done]))
        .count()
        .get_result(conn)?;
    Ok(all as i64 - 1 - used)
}

pub fn stops(conn: &mut PgConnection, trip: i64) -> QueryResult<Vec<(String, String, String)>> {
    seats::table
        .inner_join(commuters::table)
        .filter(seats::trip_id.eq(trip))
        .filter(seats::state.eq(SeatState::Confirmed))
        .select((commuters::screen_name, seats::pickup, seats::dropoff))
        .load(conn)
}

pub fn colleagues(conn: &mut PgConnection, firm: &str) -> QueryResult<Vec<(Uuid, String)>> {
    commuters::table
        .filter(commuters::employer.eq(firm))
        .order(commuters::stars.desc())
        .select((commuters::id, commuters::screen_name))
        .load(conn)
}

pub fn spot_the_car(conn: &mut PgConnection, trip: i64) -> QueryResult<String> {
    let (plate, what, paint): (String, String, Option<String>) = trips::table
        .inner_join(cars::table)
        .filter(trips::id.eq(trip))
        .select((cars::plate, cars::make_model, cars::paint))
        .first(conn)?;
    Ok(format!("{} {what}, {plate}", paint.unwrap_or_default()))
}
