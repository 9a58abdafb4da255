use carpool::types::{AboutMe, Car, Commuter, OfferedTrip, Trip};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    id: Uuid,
    name: String,
    bio: Option<String>,
    avatar: Option<String>,
    rating: f32,
    rated_by: i32,
    smokes: bool,
    music: bool,
}

impl From<Commuter> for Profile {
    fn from(c: Commuter) -> Self {
        let Commuter { id, screen_name, about, picture, stars, ratings, smoker, likes_music, .. } = c;
        Profile {
            id,
            name: screen_name,
            bio: about,
            avatar: picture,
            rating: stars,
            rated_by: ratings,
            smokes: smoker,
            music: likes_music,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileForm {
    name: Option<String>,
    bio: Option<String>,
    company: Option<String>,
}

impl From<ProfileForm> for AboutMe {
    fn from(f: ProfileForm) -> Self {
        AboutMe { screen_name: f.name, about: f.bio, employer: f.company, ..Default::default() }
    }
}

#[derive(Serialize)]
pub struct TripCard {
    pub id: i64,
    pub from: String,
    pub to: String,
    pub when: DateTime<Utc>,
    pub eta: Option<DateTime<Utc>>,
    pub price: String,
    pub bags: Option<String>,
    pub pets: bool,
    pub note: Option<String>,
}

impl TripCard {
    pub fn new(t: Trip) -> Self {
        TripCard {
            id: t.id,
            from: t.origin,
            to: t.dest,
            when: t.leaves,
            eta: t.arrives,
            price: format!("{}.{:02}", t.fare_ct / 100, t.fare_ct % 100),
            bags: t.luggage,
            pets: t.pets_ok,
            note: t.memo,
        }
    }
}

#[derive(Deserialize)]
pub struct Offer {
    pub car: i32,
    pub from: String,
    pub to: String,
    pub when: DateTime<Utc>,
    pub cents: i32,
    #[serde(default)]
    pub pets: bool,
    pub note: Option<String>,
}

impl Offer {
    pub fn by(self, driver: Uuid) -> OfferedTrip {
        OfferedTrip {
            car_id: self.car,
            driver_id: driver,
            origin: self.from,
            dest: self.to,
            leaves: self.when,
            fare_ct: self.cents,
            detour_min: 10,
            luggage: None,
            pets_ok: self.pets,
            women_only: false,
            cancelled: false,
            memo: self.note,
        }
    }
}

pub fn emissions(car: &Car, km: i32) -> Option<i32> {
    if car.electric {
        return Some(0);
    }
    car.g_co2_km.map(|g| g * km / 1000)
}
