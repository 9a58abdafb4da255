use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{owners, patients, vaccinations, visits};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::VisitState"]
pub enum VisitState {
    Planned,
    Waiting,
    Treated,
    NoShow,
}

/// Columns in the order of the table: `Queryable` goes by position.
#[derive(Debug, Clone, Queryable)]
pub struct Owner {
    pub id: i32,
    pub name: String,
    pub mail: String,
    pub fax: Option<String>,
    pub phone: String,
    pub adress: String,
    pub newsletter: bool,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = owners)]
pub struct NewOwner<'a> {
    pub name: &'a str,
    pub mail: &'a str,
    pub fax: Option<&'a str>,
    pub phone: &'a str,
    pub adress: &'a str,
    pub newsletter: bool,
}

#[derive(Debug, Clone, Queryable)]
pub struct Patient {
    pub id: i32,
    pub owner_id: i32,
    pub call_name: String,
    pub species: String,
    pub race: Option<String>,
    pub weight: f64,
    pub chip: Option<String>,
    pub born: Option<NaiveDate>,
    pub neutered: bool,
    pub remarks: Option<String>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = patients)]
pub struct NewPatient<'a> {
    pub owner_id: i32,
    pub call_name: &'a str,
    pub species: &'a str,
    pub race: Option<&'a str>,
    pub weight: f64,
    pub chip: Option<&'a str>,
    pub born: Option<NaiveDate>,
    pub neutered: bool,
}

#[derive(Debug, Clone, Queryable)]
pub struct Visit {
    pub id: i32,
    pub patient_id: i32,
    pub vet: String,
    pub state: VisitState,
    pub start: DateTime<Utc>,
    pub stop: Option<DateTime<Utc>>,
    pub anamnesis: String,
    pub diagnosis: Option<String>,
    pub fee: i32,
    pub paid: bool,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = visits)]
pub struct NewVisit<'a> {
    pub patient_id: i32,
    pub vet: &'a str,
    pub state: VisitState,
    pub start: DateTime<Utc>,
    pub anamnesis: &'a str,
    pub fee: i32,
    pub paid: bool,
}

#[derive(Debug, Clone, Queryable)]
pub struct Vaccination {
    pub id: i32,
    pub patient_id: i32,
    pub vaccine: String,
    pub lot: Option<String>,
    pub given_on: NaiveDate,
    pub due: Option<NaiveDate>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = vaccinations)]
pub struct NewVaccination<'a> {
    pub patient_id: i32,
    pub vaccine: &'a str,
    pub lot: Option<&'a str>,
    pub given_on: NaiveDate,
    pub due: Option<NaiveDate>,
}
