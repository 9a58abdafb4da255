use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel_derive_enum::DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::SeatState"]
pub enum SeatState {
    Requested,
    Confirmed,
    NoShow,
    Done,
}

impl SeatState {
    pub fn takes_room(self) -> bool {
        matches!(self, SeatState::Confirmed | SeatState::Done)
    }
}

#[derive(Debug, Clone, Queryable, Identifiable)]
#[diesel(table_name = commuters)]
pub struct Commuter {
    pub id: Uuid,
    pub screen_name: String,
    pub login: String,
    pub passwd: String,
    pub about: Option<String>,
    pub picture: Option<String>,
    pub likes_music: bool,
    pub smoker: bool,
    pub stars: f32,
    pub ratings: i32,
    pub employer: Option<String>,
    pub iban: Option<String>,
    pub signup_ts: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Identifiable)]
pub struct Car {
    pub id: i32,
    pub owner: Uuid,
    pub plate: String,
    pub make_model: String,
    pub paint: Option<String>,
    pub seat_count: i16,
    pub g_co2_km: Option<i32>,
    pub electric: bool,
}

#[derive(Debug, Clone, Queryable, Identifiable)]
pub struct Trip {
    pub id: i64,
    pub car_id: i32,
    pub driver_id: Uuid,
    pub origin: String,
    pub dest: String,
    pub leaves: DateTime<Utc>,
    pub arrives: Option<DateTime<Utc>>,
    pub fare_ct: i32,
    pub detour_min: i32,
    pub luggage: Option<String>,
    pub pets_ok: bool,
    pub women_only: bool,
    pub cancelled: bool,
    pub memo: Option<String>,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = trips)]
pub struct OfferedTrip {
    pub car_id: i32,
    pub driver_id: Uuid,
    pub origin: String,
    pub dest: String,
    pub leaves: DateTime<Utc>,
    pub fare_ct: i32,
    pub detour_min: i32,
    pub luggage: Option<String>,
    pub pets_ok: bool,
    pub women_only: bool,
    pub cancelled: bool,
    pub memo: Option<String>,
}

#[derive(Debug, Clone, Queryable, Identifiable)]
pub struct Seat {
    pub id: i64,
    pub trip_id: i64,
    pub rider: Uuid,
    pub state: SeatState,
    pub pickup: String,
    pub dropoff: String,
    pub paid_ct: i32,
    pub review: Option<String>,
    pub stars_given: Option<i16>,
}

#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = commuters)]
pub struct AboutMe {
    pub screen_name: Option<String>,
    pub about: Option<String>,
    pub picture: Option<String>,
    pub likes_music: Option<bool>,
    pub smoker: Option<bool>,
    pub employer: Option<String>,
}
