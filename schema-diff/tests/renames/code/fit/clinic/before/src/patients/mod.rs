mod dto;
mod repo;

pub use dto::{PatientCard, PatientForm};
pub use repo::{PatientRepo, PgPatients};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::enums::BloodGroup;
use crate::schema::patients;

#[derive(Debug, Clone, Identifiable, Queryable, Selectable)]
#[diesel(table_name = patients)]
pub struct Patient {
    pub id: Uuid,
    pub surname: String,
    pub forename: String,
    pub dob: NaiveDate,
    pub sex: Option<String>,
    pub blood: Option<BloodGroup>,
    pub ssn: Option<String>,
    pub mobile: Option<String>,
    pub landline: Option<String>,
    pub gp_name: Option<String>,
    pub allergies: Option<String>,
    pub deceased: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = patients)]
#[diesel(treat_none_as_null = true)]
pub struct PatientChanges {
    pub surname: String,
    pub forename: String,
    pub dob: NaiveDate,
    pub sex: Option<String>,
    pub ssn: Option<String>,
    pub mobile: Option<String>,
    pub landline: Option<String>,
    pub gp_name: Option<String>,
    pub allergies: Option<String>,
}
