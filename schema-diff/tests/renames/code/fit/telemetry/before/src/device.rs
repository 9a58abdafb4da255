use chrono::{DateTime, Utc};
use diesel::prelude::*;
use ipnet::IpNet;

use crate::schema::devices;

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = devices)]
pub struct Device {
    pub id: i32,
    pub site_id: i32,
    pub serial: String,
    #[diesel(column_name = type_)]
    pub model: String,
    pub fw: String,
    pub addr: Option<IpNet>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub battery: Option<i16>,
    pub enabled: bool,
    pub last_seen: Option<DateTime<Utc>>,
}

find_by_id!(Device, devices);

#[derive(Insertable)]
#[diesel(table_name = devices)]
pub struct Enrolment<'a> {
    pub site_id: i32,
    pub serial: &'a str,
    #[diesel(column_name = type_)]
    pub model: &'a str,
    pub fw: &'a str,
    pub enabled: bool,
    pub secret: &'a str,
}

#[derive(AsChangeset, Default)]
#[diesel(table_name = devices)]
pub struct Heartbeat<'a> {
    pub fw: Option<&'a str>,
    pub addr: Option<IpNet>,
    pub battery: Option<i16>,
    pub last_seen: Option<DateTime<Utc>>,
}

/// What the list of the dashboard can be narrowed to.
#[derive(Default)]
pub struct DeviceFilter<'a> {
    pub site: Option<i32>,
    pub model: Option<&'a str>,
    pub fw: Option<&'a str>,
    pub low_battery: bool,
    pub silent_since: Option<DateTime<Utc>>,
}

pub fn list(conn: &mut PgConnection, filter: &DeviceFilter<'_>) -> QueryResult<Vec<Device>> {
    let mut query = devices::table
        .filter(devices::enabled.eq(true))
        .select(Device::as_select())
        .into_boxed();
    if let Some(site) = filter.site {
        query = query.filter(devices::site_id.eq(site));
    }
    if let Some(model) = filter.model {
        query = query.filter(devices::type_.eq(model));
    }
    if let Some(fw) = filter.fw {
        query = query.filter(devices::fw.eq(fw));
    }
    if filter.low_battery {
        query = query.filter(devices::battery.lt(20));
    }
    if let Some(since) = filter.silent_since {
        query = query.filter(devices::last_seen.lt(since));
    }
    query.order(devices::serial).load(conn)
}

pub fn heartbeat(conn: &mut PgConnection, serial: &str, beat: &Heartbeat<'_>) -> QueryResult<usize> {
    diesel::update(devices::table.filter(devices::serial.eq(serial)))
        .set(beat)
        .execute(conn)
}

pub fn check_secret(conn: &mut PgConnection, serial: &str, given: &str) -> QueryResult<Option<i32>> {
    devices::table
        .filter(devices::serial.eq(serial))
        .filter(devices::secret.eq(given))
        .select(devices::id)
        .first(conn)
        .optional()
}

pub fn disable(conn: &mut PgConnection, id: i32) -> QueryResult<usize> {
    set_column!(conn, devices::enabled, id, false)
}

pub fn place(conn: &mut PgConnection, id: i32, at: (f64, f64)) -> QueryResult<usize> {
    diesel::update(devices::table.find(id))
        .set((devices::lat.eq(at.0), devices::lon.eq(at.1)))
        .execute(conn)
}
