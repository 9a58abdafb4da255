use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::schema::*;

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = addresses, primary_key(uprn))]
pub struct Address {
    pub uprn: i64,
    pub line1: String,
    pub line2: Option<String>,
    pub town: String,
    pub postcode: String,
    pub easting: i32,
    pub northing: i32,
    pub ward_code: Option<String>,
    pub assisted: bool,
    pub assist_note: Option<String>,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = bins)]
pub struct Bin {
    pub id: i32,
    pub uprn: i64,
    pub waste_kind: String,
    pub litres: i32,
    pub chip_no: Option<String>,
    pub delivered_on: Option<NaiveDate>,
    pub colour: Option<String>,
    pub condition: i16,
    pub lost: bool,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = bins)]
pub struct NewBin {
    pub uprn: i64,
    pub waste_kind: String,
    pub litres: i32,
    pub chip_no: Option<String>,
    pub colour: Option<String>,
    pub condition: i16,
    pub lost: bool,
}

#[derive(Debug, AsChangeset)]
#[diesel(table_name = pickups, treat_none_as_null = true)]
pub struct CrewReport {
    pub done_at: Option<DateTime<Utc>>,
    pub kilos: Option<f32>,
    pub contaminated: bool,
    pub fail_code: Option<i16>,
    pub crew_note: Option<String>,
    pub photo: Option<String>,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = rounds)]
pub struct Round {
    pub id: i32,
    pub code: String,
    pub weekday: i16,
    pub week_ab: Option<String>,
    pub depot: String,
    pub crew_lead: Option<String>,
    pub stops: i32,
    pub active: bool,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = complaints)]
pub struct NewComplaint<'a> {
    pub uprn: i64,
    pub channel: &'a str,
    pub body: &'a str,
    pub phone: Option<&'a str>,
    pub closed: bool,
}
