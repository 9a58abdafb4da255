use chrono::{Duration, NaiveDate};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::models::NewVaccination;
use crate::schema::{owners, patients, vaccinations};

pub struct Reminder {
    pub to: String,
    pub text: String,
}

pub fn record(
    conn: &mut PgConnection,
    patient_id: i32,
    vaccine: &str,
    lot: Option<&str>,
    given_on: NaiveDate,
) -> QueryResult<usize> {
    let new = NewVaccination {
        patient_id,
        vaccine,
        lot,
        given_on,
        due: Some(given_on + Duration::days(365)),
    };
    diesel::insert_into(vaccinations::table).values(&new).execute(conn)
}

pub fn due_before(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Reminder>> {
    let rows: Vec<(String, String, String, Option<NaiveDate>)> = vaccinations::table
        .inner_join(patients::table.inner_join(owners::table))
        .filter(vaccinations::due.lt(day))
        .select((
            owners::mail,
            patients::call_name,
            vaccinations::vaccine,
            vaccinations::due,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(to, pet, vaccine, due)| Reminder {
            to,
            text: match due {
                Some(due) => format!("{pet} needs {vaccine} by {due}"),
                None => format!("{pet} needs {vaccine}"),
            },
        })
        .collect())
}
