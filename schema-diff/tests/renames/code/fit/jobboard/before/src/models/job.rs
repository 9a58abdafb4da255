use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use super::employer::Employer;
use crate::schema::jobs;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, async_graphql::Enum)]
#[ExistingTypePath = "crate::schema::sql_types::Contract"]
pub enum Contract {
    Permanent,
    Temporary,
    Freelance,
}

#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Associations)]
#[diesel(belongs_to(Employer))]
#[diesel(table_name = jobs)]
pub struct Job {
    pub id: i32,
    pub employer_id: i32,
    pub headline: String,
    pub body: String,
    pub contract: Contract,
    pub sal_min: Option<i32>,
    pub sal_max: Option<i32>,
    pub city: Option<String>,
    pub remote: bool,
    pub published: Option<NaiveDateTime>,
    pub expires: Option<NaiveDateTime>,
}

#[derive(Insertable)]
#[diesel(table_name = jobs)]
pub struct NewJob<'a> {
    pub employer_id: i32,
    pub headline: &'a str,
    pub body: &'a str,
    pub contract: Contract,
    pub sal_min: Option<i32>,
    pub sal_max: Option<i32>,
    pub city: Option<&'a str>,
    pub remote: bool,
}
