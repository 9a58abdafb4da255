use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::duty_roster::{self, dsl};
use crate::schema::pilots;

#[derive(Debug, Clone, Insertable, Queryable, AsChangeset, Identifiable)]
#[diesel(table_name = duty_roster, primary_key(day, role))]
pub struct Duty {
    pub day: NaiveDate,
    pub role: String,
    pub pilot_id: i32,
    pub confirmed: bool,
    pub swap_wanted: bool,
    pub comment: Option<String>,
}

impl Duty {
    pub fn new(day: NaiveDate, role: &str, pilot_id: i32) -> Self {
        Self { day, role: role.into(), pilot_id, confirmed: false, swap_wanted: false, comment: None }
    }

    pub fn confirm(self) -> Self {
        Self { confirmed: true, ..self }
    }
}

pub fn put(conn: &mut PgConnection, duty: &Duty) -> QueryResult<usize> {
    diesel::insert_into(dsl::duty_roster)
        .values(duty)
        .on_conflict((dsl::day, dsl::role))
        .do_update()
        .set(duty)
        .execute(conn)
}

pub fn on(conn: &mut PgConnection, date: NaiveDate) -> QueryResult<Vec<(String, String, bool)>> {
    dsl::duty_roster
        .inner_join(pilots::table)
        .filter(dsl::day.eq(date))
        .select((dsl::role, pilots::fullname, dsl::confirmed))
        .load(conn)
}

pub fn swaps(conn: &mut PgConnection) -> QueryResult<Vec<Duty>> {
    dsl::duty_roster.filter(dsl::swap_wanted.eq(true)).order(dsl::day).load(conn)
}

/// Nobody instructs who is not one.
pub fn wrong(conn: &mut PgConnection) -> QueryResult<Vec<(NaiveDate, String)>> {
    dsl::duty_roster
        .inner_join(pilots::table)
        .filter(dsl::role.eq("instructor"))
        .filter(pilots::instructor.eq(false))
        .select((dsl::day, pilots::fullname))
        .load(conn)
}
