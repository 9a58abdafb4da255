use campus_db::models::{Marking, Submission, Unit};
use campus_db::schema::{submissions, units};
use chrono::Utc;
use diesel::prelude::*;

pub fn hand_in(conn: &mut PgConnection, user: i64, unit: &Unit, text: &str) -> QueryResult<i64> {
    let before: i64 = submissions::table
        .filter(submissions::unit_id.eq(unit.id))
        .filter(submissions::user_id.eq(user))
        .count()
        .get_result(conn)?;
    let now = Utc::now();
    diesel::insert_into(submissions::table)
        .values((
            submissions::unit_id.eq(unit.id),
            submissions::user_id.eq(user),
            submissions::attempt.eq(before as i32 + 1),
            submissions::content.eq(text),
            submissions::late.eq(unit.due.is_some_and(|due| due < now)),
            submissions::handed_in.eq(now),
        ))
        .returning(submissions::id)
        .get_result(conn)
}

pub fn queue(conn: &mut PgConnection, course: i64) -> QueryResult<Vec<(Submission, String)>> {
    submissions::table
        .inner_join(units::table)
        .filter(units::course_id.eq(course))
        .filter(submissions::points.is_null())
        .order(submissions::handed_in)
        .select((Submission::as_select(), units::title))
        .load(conn)
}

pub fn mark(
    conn: &mut PgConnection,
    submission: i64,
    marking: &Marking<'_>,
    limit: Option<i32>,
) -> QueryResult<usize> {
    let capped = Marking {
        points: limit.map_or(marking.points, |max| marking.points.min(max)),
        ..*marking
    };
    diesel::update(submissions::table.find(submission))
        .set(&capped)
        .execute(conn)
}
