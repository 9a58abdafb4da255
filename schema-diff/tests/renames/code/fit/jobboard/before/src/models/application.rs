use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use super::candidate::Candidate;
use super::job::Job;
use crate::schema::applications;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, async_graphql::Enum)]
#[ExistingTypePath = "crate::schema::sql_types::Stage"]
pub enum Stage {
    Received,
    Screening,
    Interview,
    Offer,
    Declined,
}

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Associations)]
#[diesel(belongs_to(Job))]
#[diesel(belongs_to(Candidate))]
#[diesel(table_name = applications)]
pub struct Application {
    pub id: i32,
    pub job_id: i32,
    pub candidate_id: i32,
    pub stage: Stage,
    pub letter: String,
    pub rating: Option<i32>,
    pub reject_text: Option<String>,
    pub seen: bool,
    pub submitted: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = applications)]
pub struct NewApplication<'a> {
    pub job_id: i32,
    pub candidate_id: i32,
    pub letter: &'a str,
    pub referrer: Option<&'a str>,
}

impl Application {
    pub fn is_open(&self) -> bool {
        match self.stage {
            Stage::Received | Stage::Screening | Stage::Interview => true,
            Stage::Offer | Stage::Declined => false,
        }
    }
}
