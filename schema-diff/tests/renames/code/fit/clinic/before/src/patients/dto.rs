use chrono::{Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Patient, PatientChanges};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PatientForm {
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

impl From<PatientForm> for PatientChanges {
    fn from(f: PatientForm) -> Self {
        PatientChanges {
            surname: f.surname.trim().to_owned(),
            forename: f.forename.trim().to_owned(),
            dob: f.dob,
            sex: f.sex,
            ssn: f.ssn.map(|s| s.replace(' ', "")),
            mobile: f.mobile,
            landline: f.landline,
            gp_name: f.gp_name,
            allergies: f.allergies,
        }
    }
}

/// What reception sees.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatientCard {
    pub name: String,
    pub age: i32,
    pub phone: Option<String>,
    pub alert: Option<String>,
}

impl From<&Patient> for PatientCard {
    fn from(p: &Patient) -> Self {
        PatientCard {
            name: format!("{}, {}", p.surname, p.forename),
            age: Utc::now().year() - p.dob.year(),
            phone: p.mobile.clone().or_else(|| p.landline.clone()),
            alert: p.allergies.clone(),
        }
    }
}
