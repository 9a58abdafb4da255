use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{events, venues};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
pub struct Event {
    pub id: i64,
    pub venue_id: i64,
    pub name: String,
    pub descr: Option<String>,
    pub begins: NaiveDateTime,
    pub doors: Option<NaiveDateTime>,
    pub sale_from: Option<NaiveDateTime>,
    pub sale_until: Option<NaiveDateTime>,
    pub age_limit: Option<i16>,
    pub image: Option<String>,
    pub organiser: String,
    pub published: bool,
}

#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = events)]
pub struct EventDraft {
    pub venue_id: i64,
    pub name: String,
    pub descr: Option<String>,
    pub begins: NaiveDateTime,
    pub doors: Option<NaiveDateTime>,
    pub age_limit: Option<i16>,
    pub image: Option<String>,
    pub organiser: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
pub struct Venue {
    pub id: i64,
    pub name: String,
    pub city: String,
    pub capacity: i32,
    pub map_url: Option<String>,
    pub parking_info: Option<String>,
    pub contact: String,
}

/// (event, title, venue, town, start)
pub type Teaser = (i64, String, String, String, NaiveDateTime);

pub fn programme(conn: &mut PgConnection, town: Option<&str>) -> QueryResult<Vec<Teaser>> {
    let mut query = events::table
        .inner_join(venues::table)
        .filter(events::published.eq(true))
        .filter(events::begins.gt(diesel::dsl::now))
        .select((events::id, events::name, venues::name, venues::city, events::begins))
        .order(events::begins.asc())
        .into_boxed();
    if let Some(town) = town {
        query = query.filter(venues::city.eq(town.to_string()));
    }
    query.load(conn)
}

pub fn on_sale(conn: &mut PgConnection, event: i64) -> QueryResult<bool> {
    let now = chrono::Utc::now().naive_utc();
    let (from, until, published) = events::table
        .find(event)
        .select((events::sale_from, events::sale_until, events::published))
        .first::<(Option<NaiveDateTime>, Option<NaiveDateTime>, bool)>(conn)?;
    Ok(published && from.map_or(true, |t| t <= now) && until.map_or(true, |t| now < t))
}

pub fn save(conn: &mut PgConnection, id: Option<i64>, draft: &EventDraft) -> QueryResult<Event> {
    match id {
        Some(id) => diesel::update(events::table.find(id))
            .set(draft)
            .returning(Event::as_returning())
            .get_result(conn),
        None => diesel::insert_into(events::table)
            .values((draft, events::published.eq(false)))
            .returning(Event::as_returning())
            .get_result(conn),
    }
}

pub fn venue(conn: &mut PgConnection, id: i64) -> QueryResult<Venue> {
    venues::table.find(id).select(Venue::as_select()).first(conn)
}

pub fn open_sale(conn: &mut PgConnection, event: i64, from: NaiveDateTime, until: NaiveDateTime) -> QueryResult<usize> {
    diesel::update(events::table.find(event))
        .set((
            events::sale_from.eq(from),
            events::sale_until.eq(until),
            events::published.eq(true),
        ))
        .execute(conn)
}
