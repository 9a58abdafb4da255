use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use uuid::Uuid;

use crate::schema::devices;

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = devices)]
pub struct Device {
    pub id: Uuid,
    pub serial: String,
    pub model: String,
    pub fw: Option<String>,
    pub site_id: i32,
    pub lat: Option<f64>,
    pub lng: Option<f64>,
    pub batt: Option<i16>,
    pub ip: Option<String>,
    pub seen: Option<DateTime<Utc>>,
    pub retired: bool,
    pub meta: serde_json::Value,
}

/// A sign of life, as the gateway reports it.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = devices)]
pub struct Heartbeat {
    pub fw: Option<String>,
    pub batt: Option<i16>,
    pub ip: Option<String>,
    pub seen: Option<DateTime<Utc>>,
}

impl Heartbeat {
    pub fn now() -> Self {
        Self { seen: Some(Utc::now()), ..Self::default() }
    }

    pub fn firmware(self, version: &str) -> Self {
        Self { fw: Some(version.to_owned()), ..self }
    }

    pub fn battery(self, percent: i16) -> Self {
        Self { batt: Some(percent), ..self }
    }

    pub fn from_address(self, ip: std::net::IpAddr) -> Self {
        Self { ip: Some(ip.to_string()), ..self }
    }

    pub fn save(&self, conn: &mut PgConnection, device: Uuid) -> QueryResult<usize> {
        diesel::update(devices::table.find(device)).set(self).execute(conn)
    }
}

pub fn by_serial(conn: &mut PgConnection, serial: &str) -> QueryResult<Device> {
    devices::table
        .filter(devices::serial.eq(serial))
        .select(Device::as_select())
        .first(conn)
}

/// Devices that have been silent for too long.
pub fn silent(conn: &mut PgConnection, hours: i32) -> QueryResult<Vec<Device>> {
    devices::table
        .filter(devices::retired.eq(false))
        .filter(sql::<Bool>("seen < now() - ").bind::<Text, _>(format!("{hours} hours")).sql("::interval"))
        .select(Device::as_select())
        .load(conn)
}

pub fn retire(conn: &mut PgConnection, device: Uuid) -> QueryResult<usize> {
    diesel::update(devices::table.find(device))
        .set(devices::retired.eq(true))
        .execute(conn)
}

pub fn place(conn: &mut PgConnection, device: Uuid, lat: f64, lng: f64) -> QueryResult<usize> {
    diesel::update(devices::table.find(device))
        .set((devices::lat.eq(lat), devices::lng.eq(lng)))
        .execute(conn)
}

pub fn tagged(conn: &mut PgConnection, tag: &str) -> QueryResult<Vec<String>> {
    devices::table
        .filter(sql::<Bool>("meta->'tags' ? ").bind::<Text, _>(tag))
        .select(sql::<Text>("upper(serial)"))
        .load(conn)
}
