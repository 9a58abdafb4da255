use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::models::{NewPatient, Patient};

pub fn admit(conn: &mut PgConnection, new: &NewPatient) -> QueryResult<Patient> {
    use crate::schema::patients;

    diesel::insert_into(patients::table).values(new).get_result(conn)
}

pub fn by_chip(conn: &mut PgConnection, number: &str) -> QueryResult<Patient> {
    use crate::schema::patients::dsl::*;

    patients.filter(chip.eq(number)).first(conn)
}

pub fn search(
    conn: &mut PgConnection,
    kind: Option<&str>,
    breed_like: Option<&str>,
) -> QueryResult<Vec<Patient>> {
    use crate::schema::patients::dsl::*;

    let mut query = patients.order(call_name.asc()).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(species.eq(kind.to_owned()));
    }
    if let Some(pattern) = breed_like {
        query = query.filter(race.ilike(format!("%{pattern}%")));
    }
    query.load(conn)
}

pub fn weigh(conn: &mut PgConnection, patient: i32, kilos: f64) -> QueryResult<usize> {
    use crate::schema::patients::dsl::*;

    diesel::update(patients.find(patient)).set(weight.eq(kilos)).execute(conn)
}

pub fn mark_neutered(conn: &mut PgConnection, patient: i32) -> QueryResult<usize> {
    use crate::schema::patients::dsl::*;

    diesel::update(patients.find(patient)).set(neutered.eq(true)).execute(conn)
}

pub fn annotate(conn: &mut PgConnection, patient: i32, text: &str) -> QueryResult<usize> {
    use crate::schema::patients::dsl::*;

    diesel::update(patients.find(patient)).set(remarks.eq(text)).execute(conn)
}

/// A card such as `Rex (dog, Boxer)`.
pub fn card(patient: &Patient) -> String {
    match &patient.race {
        Some(race) => format!("{} ({}, {race})", patient.call_name, patient.species),
        None => format!("{} ({})", patient.call_name, patient.species),
    }
}
