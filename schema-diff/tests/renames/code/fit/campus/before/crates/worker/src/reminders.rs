use campus_db::schema::{enrolments, units, users};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

pub fn due_tomorrow(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(String, String)>> {
    units::table
        .inner_join(enrolments::table.on(enrolments::course_id.eq(units::course_id)))
        .inner_join(users::table.on(users::id.eq(enrolments::user_id)))
        .filter(units::due.between(now, now + Duration::days(1)))
        .select((users::mail, units::title))
        .load(conn)
}

pub fn inactive(conn: &mut PgConnection, since: DateTime<Utc>) -> QueryResult<Vec<String>> {
    users::table
        .filter(users::last_login.lt(since))
        .select(users::mail)
        .load(conn)
}
