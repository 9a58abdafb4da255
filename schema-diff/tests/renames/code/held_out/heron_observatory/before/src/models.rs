use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::sched::{blocks, proposals};
use crate::schema::sky::{exposures, targets};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[ExistingTypePath = "crate::schema::sched::sql_types::ProposalState"]
pub enum ProposalState {
    Draft,
    Submitted,
    Accepted,
    Declined,
}

#[derive(Queryable, Selectable, Identifiable, Debug, Clone)]
#[diesel(table_name = proposals)]
pub struct Proposal {
    pub id: i32,
    pub code: String,
    pub pi_name: String,
    pub pi_email: String,
    pub state: ProposalState,
    pub hours_asked: f64,
    pub hours_given: Option<f64>,
    pub rank: Option<i16>,
    pub abstract_text: Option<String>,
    pub submitted_at: DateTime<Utc>,
}

#[derive(Insertable, Debug)]
#[diesel(table_name = proposals)]
pub struct Submission {
    pub code: String,
    pub pi_name: String,
    pub pi_email: String,
    pub state: ProposalState,
    pub hours_asked: f64,
    pub abstract_text: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, Associations, Debug, Clone)]
#[diesel(table_name = blocks)]
#[diesel(belongs_to(Proposal))]
pub struct Block {
    pub id: i64,
    pub proposal_id: i32,
    pub target_id: i32,
    pub start_utc: DateTime<Utc>,
    pub stop_utc: DateTime<Utc>,
    pub min_alt: f32,
    pub max_seeing: Option<f32>,
    pub moon_ok: bool,
    pub priority: i16,
    pub remark: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, Debug, Clone)]
#[diesel(table_name = targets)]
pub struct Target {
    pub id: i32,
    pub designation: String,
    pub ra: f64,
    pub dec: f64,
    pub epoch: f64,
    pub vmag: Option<f32>,
    pub parallax: Option<f64>,
    pub kind: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations, Debug, Clone)]
#[diesel(table_name = exposures)]
#[diesel(belongs_to(Block))]
pub struct Exposure {
    pub id: i64,
    pub block_id: i64,
    pub shutter_at: DateTime<Utc>,
    pub secs: f32,
    pub filter_band: String,
    pub airmass: f32,
    pub fits_path: String,
    pub rejected: bool,
    pub grade: Option<i16>,
}

#[derive(Insertable, Debug)]
#[diesel(table_name = exposures)]
pub struct NewExposure<'a> {
    pub block_id: i64,
    pub shutter_at: DateTime<Utc>,
    pub secs: f32,
    pub filter_band: &'a str,
    pub airmass: f32,
    pub fits_path: &'a str,
    pub rejected: bool,
}
