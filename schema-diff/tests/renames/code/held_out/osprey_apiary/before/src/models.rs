use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{apiaries, colonies, harvests, inspections};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Temper"]
pub enum Temper {
    Calm,
    Nervous,
    Stingy,
}

#[derive(Debug, Clone, Queryable, Identifiable)]
#[diesel(table_name = apiaries)]
pub struct Apiary {
    pub id: i32,
    pub title: String,
    pub parish: String,
    pub grid_ref: Option<String>,
    pub forage_notes: Option<String>,
    pub landowner: Option<String>,
    pub landowner_phone: Option<String>,
    pub hive_limit: i32,
    pub quarantined: bool,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = apiaries)]
pub struct NewApiary<'a> {
    pub title: &'a str,
    pub parish: &'a str,
    pub grid_ref: Option<&'a str>,
    pub landowner: Option<&'a str>,
    pub landowner_phone: Option<&'a str>,
    pub hive_limit: i32,
}

#[derive(Debug, Clone, Queryable, Identifiable, Associations)]
#[diesel(table_name = colonies, belongs_to(Apiary))]
pub struct Colony {
    pub id: i32,
    pub apiary_id: i32,
    pub label: String,
    pub queen_colour: Option<String>,
    pub queen_year: Option<i16>,
    pub temper: Temper,
    pub hive_type: String,
    pub frames: i16,
    pub supers: i16,
    pub strain: Option<String>,
    pub aquired_on: NaiveDate,
    pub lost_on: Option<NaiveDate>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = colonies)]
pub struct NewColony {
    pub apiary_id: i32,
    pub label: String,
    pub queen_colour: Option<String>,
    pub queen_year: Option<i16>,
    pub temper: Temper,
    pub hive_type: String,
    pub frames: i16,
    pub supers: i16,
    pub strain: Option<String>,
    pub aquired_on: NaiveDate,
}

#[derive(Debug, Clone, Queryable, Identifiable, Associations)]
#[diesel(table_name = inspections, belongs_to(Colony))]
pub struct Inspection {
    pub id: i32,
    pub colony_id: i32,
    pub seen_on: NaiveDate,
    pub brood_frames: i16,
    pub store_frames: i16,
    pub eggs: bool,
    pub queen_seen: bool,
    pub varroa_drop: Option<i32>,
    pub weather: Option<String>,
    pub remarks: Option<String>,
    pub keeper: String,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = inspections)]
pub struct NewInspection {
    pub colony_id: i32,
    pub seen_on: NaiveDate,
    pub brood_frames: i16,
    pub store_frames: i16,
    pub eggs: bool,
    pub queen_seen: bool,
    pub varroa_drop: Option<i32>,
    pub weather: Option<String>,
    pub remarks: Option<String>,
    pub keeper: String,
}

#[derive(Debug, Clone, Queryable, Identifiable, Associations)]
#[diesel(table_name = harvests, belongs_to(Colony))]
pub struct Harvest {
    pub id: i32,
    pub colony_id: i32,
    pub taken_on: NaiveDate,
    pub gross_kg: f64,
    pub net_kg: f64,
    pub moisture: Option<f64>,
    pub floral_source: Option<String>,
    pub batch: String,
    pub jar_count: i32,
}
