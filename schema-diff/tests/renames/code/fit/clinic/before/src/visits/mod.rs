pub mod desk;

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::enums::VisitStatus;
use crate::patients::Patient;
use crate::schema::{practitioners, prescriptions, visits};

#[derive(Debug, Identifiable, Queryable, Selectable)]
#[diesel(table_name = practitioners)]
pub struct Practitioner {
    pub id: Uuid,
    pub display_name: String,
    pub speciality: String,
    pub room: Option<String>,
    pub pager: Option<String>,
    pub licence_no: String,
}

#[derive(Debug, Identifiable, Queryable, Selectable, Associations)]
#[diesel(belongs_to(Patient))]
#[diesel(belongs_to(Practitioner))]
#[diesel(table_name = visits)]
pub struct Visit {
    pub id: Uuid,
    pub patient_id: Uuid,
    pub practitioner_id: Uuid,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub status: VisitStatus,
    pub complaint: Option<String>,
    pub diag: Option<String>,
    pub noshow_fee: Option<i32>,
}

#[derive(Debug, Identifiable, Queryable, Selectable, Associations)]
#[diesel(belongs_to(Visit))]
#[diesel(table_name = prescriptions)]
pub struct Prescription {
    pub id: Uuid,
    pub visit_id: Uuid,
    pub drug: String,
    pub dosage: String,
    pub repeats: i16,
    pub notes: Option<String>,
}

pub async fn book(
    conn: &mut AsyncPgConnection,
    patient: Uuid,
    practitioner: Uuid,
    start: DateTime<Utc>,
    complaint: Option<&str>,
) -> QueryResult<Visit> {
    diesel::insert_into(visits::table)
        .values((
            visits::patient_id.eq(patient),
            visits::practitioner_id.eq(practitioner),
            visits::start.eq(start),
            visits::end.eq(start + Duration::minutes(20)),
            visits::status.eq(VisitStatus::Booked),
            visits::complaint.eq(complaint),
        ))
        .returning(Visit::as_returning())
        .get_result(conn)
        .await
}

pub async fn history(conn: &mut AsyncPgConnection, patient: &Patient) -> QueryResult<Vec<(Visit, Vec<Prescription>)>> {
    let seen: Vec<Visit> = Visit::belonging_to(patient)
        .order(visits::start.desc())
        .select(Visit::as_select())
        .load(conn)
        .await?;
    let given: Vec<Prescription> = Prescription::belonging_to(&seen)
        .select(Prescription::as_select())
        .load(conn)
        .await?;
    Ok(given.grouped_by(&seen).into_iter().zip(seen).map(|(p, v)| (v, p)).collect())
}

pub async fn finish(conn: &mut AsyncPgConnection, visit: Uuid, diagnosis: &str) -> QueryResult<usize> {
    diesel::update(visits::table.find(visit))
        .set((visits::status.eq(VisitStatus::Done), visits::diag.eq(diagnosis)))
        .execute(conn)
        .await
}

pub async fn prescribe(
    conn: &mut AsyncPgConnection,
    visit: Uuid,
    drug: &str,
    dosage: &str,
    repeats: i16,
) -> QueryResult<usize> {
    diesel::insert_into(prescriptions::table)
        .values((
            prescriptions::visit_id.eq(visit),
            prescriptions::drug.eq(drug),
            prescriptions::dosage.eq(dosage),
            prescriptions::repeats.eq(repeats),
        ))
        .execute(conn)
        .await
}
