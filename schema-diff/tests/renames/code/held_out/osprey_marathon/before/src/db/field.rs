//! The field: who runs.
use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::{races, runners};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = races)]
pub struct Race {
    pub id: i32,
    pub year: i16,
    pub distance: String,
    pub metres: i32,
    pub cutoff_s: i32,
    pub fee: i32,
    pub cap: Option<i32>,
    pub sponsor: Option<String>,
    pub results_public: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = runners, belongs_to(Race))]
pub struct Runner {
    pub id: i64,
    pub race_id: i32,
    pub bib: Option<i32>,
    pub first: String,
    pub last: String,
    pub born: NaiveDate,
    pub sex: String,
    pub club: Option<String>,
    pub nation: String,
    pub chip: Option<String>,
    pub wave: i16,
    pub best_s: Option<i32>,
    pub paid: bool,
    pub shirt: Option<String>,
    pub contact_email: String,
    pub sos_name: Option<String>,
    pub sos_phone: Option<String>,
    pub dnf_reason: Option<String>,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = runners)]
pub struct Entry {
    pub race_id: i32,
    pub first: String,
    pub last: String,
    pub born: NaiveDate,
    pub sex: String,
    pub club: Option<String>,
    pub nation: String,
    pub wave: i16,
    pub best_s: Option<i32>,
    pub paid: bool,
    pub shirt: Option<String>,
    pub contact_email: String,
    pub sos_name: Option<String>,
    pub sos_phone: Option<String>,
}

pub fn wave_for(best_s: Option<i32>) -> i16 {
    match best_s {
        Some(s) if s < 3 * 3600 => 1,
        Some(s) if s < 4 * 3600 => 2,
        Some(_) => 3,
        None => 4,
    }
}

pub fn enter(conn: &mut PgConnection, race: &Race, entry: Entry) -> QueryResult<Option<Runner>> {
    let n: i64 = Runner::belonging_to(race).count().get_result(conn)?;
    if race.cap.is_some_and(|cap| n >= cap as i64) {
        return Ok(None);
    }
    diesel::insert_into(runners::table)
        .values(&Entry { wave: wave_for(entry.best_s), ..entry })
        .returning(Runner::as_returning())
        .get_result(conn)
        .map(Some)
}

pub fn assign_bib(conn: &mut PgConnection, runner: i64, bib: i32, chip: &str) -> QueryResult<usize> {
    diesel::update(runners::table.find(runner))
        .set((runners::bib.eq(bib), runners::chip.eq(chip)))
        .execute(conn)
}

pub fn shirts(conn: &mut PgConnection, race: i32) -> QueryResult<Vec<(Option<String>, i64)>> {
    runners::table
        .filter(runners::race_id.eq(race))
        .filter(runners::paid.eq(true))
        .group_by(runners::shirt)
        .select((runners::shirt, diesel::dsl::count_star()))
        .load(conn)
}

pub fn unpaid_mails(conn: &mut PgConnection, race: i32) -> QueryResult<Vec<(String, String)>> {
    use crate::schema::runners::dsl::*;
    runners
        .filter(race_id.eq(race))
        .filter(paid.eq(false))
        .select((first, contact_email))
        .load(conn)
}

pub fn sos(conn: &mut PgConnection, number: i32) -> QueryResult<Option<(Option<String>, Option<String>)>> {
    use crate::schema::runners::dsl::*;
    runners.filter(bib.eq(number)).select((sos_name, sos_phone)).first(conn).optional()
}

pub fn poster(race: &Race) -> String {
    let Race { year, distance, metres, fee, sponsor, .. } = race;
    let by = sponsor.as_deref().map(|s| format!(" presented by {s}")).unwrap_or_default();
    format!("{distance} {year} ({metres} m){by}: {fee} cents")
}
