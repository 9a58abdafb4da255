use chrono::{DateTime, Utc};
use diesel::dsl::sum;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::models::{NewVisit, Visit, VisitState};
use crate::schema::{owners, patients, visits};

pub fn plan(
    conn: &mut PgConnection,
    patient_id: i32,
    vet: &str,
    start: DateTime<Utc>,
) -> QueryResult<Visit> {
    let new = NewVisit {
        patient_id,
        vet,
        state: VisitState::Planned,
        start,
        anamnesis: "",
        fee: 0,
        paid: false,
    };
    diesel::insert_into(visits::table).values(&new).get_result(conn)
}

pub fn close(conn: &mut PgConnection, visit: i32, finding: &str, fee: i32) -> QueryResult<Visit> {
    diesel::update(visits::table.find(visit))
        .set((
            visits::state.eq(VisitState::Treated),
            visits::stop.eq(Utc::now()),
            visits::diagnosis.eq(finding),
            visits::fee.eq(fee),
        ))
        .get_result(conn)
}

pub fn agenda(conn: &mut PgConnection, vet: &str, from: DateTime<Utc>) -> QueryResult<Vec<(String, DateTime<Utc>, String)>> {
    visits::table
        .inner_join(patients::table.inner_join(owners::table))
        .filter(visits::vet.eq(vet))
        .filter(visits::start.ge(from))
        .filter(visits::state.ne(VisitState::NoShow))
        .order(visits::start)
        .select((patients::call_name, visits::start, owners::phone))
        .load(conn)
}

pub fn open_fees(conn: &mut PgConnection, owner: i32) -> QueryResult<i64> {
    visits::table
        .inner_join(patients::table)
        .filter(patients::owner_id.eq(owner))
        .filter(visits::paid.eq(false))
        .select(sum(visits::fee))
        .first::<Option<i64>>(conn)
        .map(|total| total.unwrap_or(0))
}

pub fn settle(conn: &mut PgConnection, visit: i32) -> QueryResult<usize> {
    diesel::update(visits::table.find(visit))
        .set(visits::paid.eq(true))
        .execute(conn)
}

pub fn summary(visit: &Visit) -> String {
    let state = match visit.state {
        VisitState::Planned => "planned",
        VisitState::Waiting => "in the waiting room",
        VisitState::Treated => "done",
        VisitState::NoShow => "did not come",
    };
    format!("{}: {state}, {}", visit.vet, visit.diagnosis.as_deref().unwrap_or("no diagnosis"))
}
