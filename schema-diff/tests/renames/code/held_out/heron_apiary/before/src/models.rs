use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;
use serde::{Deserialize, Serialize};

use crate::schema::{apiaries, harvests, hives, inspections};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, Serialize, Deserialize)]
#[ExistingTypePath = "crate::schema::sql_types::ColonyMood"]
pub enum ColonyMood {
    Calm,
    Nervous,
    Hot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, Serialize, Deserialize)]
#[ExistingTypePath = "crate::schema::sql_types::FrameKind"]
pub enum FrameKind {
    Dadant,
    Langstroth,
    Zander,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Serialize)]
#[diesel(table_name = apiaries)]
pub struct Apiary {
    pub id: i32,
    pub name: String,
    pub lat: f64,
    pub lon: f64,
    pub grid_ref: Option<String>,
    pub landowner: Option<String>,
    pub gate_code: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Insertable, Deserialize)]
#[diesel(table_name = apiaries)]
pub struct NewApiary {
    pub name: String,
    pub lat: f64,
    pub lon: f64,
    pub grid_ref: Option<String>,
    pub landowner: Option<String>,
    pub gate_code: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations, Serialize)]
#[diesel(table_name = hives, belongs_to(Apiary))]
pub struct Hive {
    pub id: i32,
    pub apiary_id: i32,
    pub label: String,
    pub frame_kind: FrameKind,
    pub supers: i16,
    pub mood: ColonyMood,
    pub queen_color: Option<String>,
    pub queen_born: Option<NaiveDate>,
    pub wintered: bool,
    pub remarks: Option<String>,
    pub retired_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Insertable, Deserialize)]
#[diesel(table_name = hives)]
pub struct NewHive {
    pub apiary_id: i32,
    pub label: String,
    pub frame_kind: FrameKind,
    pub supers: i16,
    pub mood: ColonyMood,
    pub queen_color: Option<String>,
    pub remarks: Option<String>,
}

#[derive(Debug, Default, AsChangeset, Deserialize)]
#[diesel(table_name = hives)]
pub struct HivePatch {
    pub label: Option<String>,
    pub supers: Option<i16>,
    pub mood: Option<ColonyMood>,
    pub queen_color: Option<Option<String>>,
    pub wintered: Option<bool>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations, Serialize)]
#[diesel(table_name = inspections, belongs_to(Hive))]
pub struct Inspection {
    pub id: i64,
    pub hive_id: i32,
    pub inspector: String,
    pub seen_on: NaiveDate,
    pub brood_frames: i16,
    pub honey_frames: i16,
    pub mite_drop: Option<i32>,
    pub temper: Option<i16>,
    pub weather: Option<String>,
    pub queen_seen: bool,
    pub notes: Option<String>,
}

#[derive(Debug, Insertable, Deserialize)]
#[diesel(table_name = inspections)]
pub struct NewInspection {
    pub hive_id: i32,
    pub inspector: String,
    pub seen_on: NaiveDate,
    pub brood_frames: i16,
    pub honey_frames: i16,
    pub mite_drop: Option<i32>,
    pub queen_seen: bool,
    pub notes: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = harvests)]
pub struct Harvest {
    pub id: i64,
    pub hive_id: i32,
    pub taken_on: NaiveDate,
    pub weight_kg: f64,
    pub moisure_pct: Option<f64>,
    pub jar_count: i32,
    pub batch_tag: String,
}
