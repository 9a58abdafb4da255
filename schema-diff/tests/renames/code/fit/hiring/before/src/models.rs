use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{applications, candidates, companies, jobs};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Stage"]
pub enum Stage {
    Received,
    Screening,
    Interview,
    Offer,
    Hired,
    #[db_rename = "turned_down"]
    Rejected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Employment"]
pub enum Employment {
    FullTime,
    PartTime,
    Freelance,
    Intern,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = companies)]
pub struct Company {
    pub id: i32,
    pub name: String,
    pub vat_id: Option<String>,
    pub logo: Option<String>,
    pub twitter: Option<String>,
    pub headcount: Option<i32>,
    pub created: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(belongs_to(Company))]
#[diesel(table_name = jobs)]
pub struct Job {
    pub id: i32,
    pub company_id: i32,
    pub title: String,
    pub body: String,
    pub location: Option<String>,
    pub remote: bool,
    pub employment: Employment,
    pub salary_min: Option<i32>,
    pub salary_max: Option<i32>,
    pub currency: String,
    pub open_until: Option<NaiveDate>,
    pub featured: bool,
    pub created: DateTime<Utc>,
}

#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = jobs)]
pub struct JobInput {
    pub company_id: i32,
    pub title: String,
    pub body: String,
    pub location: Option<String>,
    pub remote: bool,
    pub employment: Employment,
    pub salary_min: Option<i32>,
    pub salary_max: Option<i32>,
    pub currency: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(belongs_to(Job))]
#[diesel(belongs_to(Candidate))]
#[diesel(table_name = applications)]
pub struct Application {
    pub id: i32,
    pub job_id: i32,
    pub candidate_id: i32,
    pub stage: Stage,
    pub cover_letter: Option<String>,
    pub cv_key: String,
    pub source: Option<String>,
    pub score: Option<i16>,
    pub resolve_note: Option<String>,
    pub created: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = candidates)]
pub struct Candidate {
    pub id: i32,
    pub given: String,
    pub family: String,
    pub email: String,
    pub linkedin: Option<String>,
    pub notice_weeks: Option<i32>,
    pub gdpr_until: NaiveDate,
}
