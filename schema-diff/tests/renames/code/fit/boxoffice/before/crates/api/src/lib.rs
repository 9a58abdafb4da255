use boxoffice_db::bookings::{self, NewBooking};
use boxoffice_db::events::{self, Event};
use chrono::NaiveDateTime;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize)]
pub struct EventJson {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub begins: NaiveDateTime,
    pub doors: Option<NaiveDateTime>,
    pub age_limit: Option<i16>,
    pub image: Option<String>,
}

impl From<Event> for EventJson {
    fn from(Event { id, name, descr, begins, doors, age_limit, image, .. }: Event) -> Self {
        EventJson {
            id,
            name,
            description: descr.unwrap_or_default(),
            begins,
            doors,
            age_limit,
            image,
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct BookingRequest {
    pub event: i64,
    pub name: String,
    pub mail: String,
    pub tel: Option<String>,
    pub promo: Option<String>,
    #[serde(default)]
    pub newsletter: bool,
    pub seats: Vec<(i64, i32)>,
}

pub fn book(conn: &mut PgConnection, req: BookingRequest) -> Result<i64, String> {
    if !events::on_sale(conn, req.event).map_err(|e| e.to_string())? {
        return Err("not on sale".into());
    }
    let total = req.seats.iter().map(|(_, price)| price).sum();
    let new = NewBooking::for_event(req.event)
        .customer(&req.name, &req.mail)
        .tel(req.tel)
        .promo(req.promo)
        .newsletter(req.newsletter)
        .paying(total);
    bookings::place(conn, new, &req.seats)
        .map(|b| b.id)
        .map_err(|e| e.to_string())
}
