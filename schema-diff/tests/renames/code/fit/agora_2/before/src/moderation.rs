use diesel::prelude::*;

use crate::models::Report;
use crate::schema::reports;

pub fn open_reports(conn: &mut PgConnection) -> QueryResult<Vec<Report>> {
    reports::table
        .filter(reports::action_taken.eq(false))
        .order(reports::created_at.asc())
        .select(Report::as_select())
        .load(conn)
}

pub fn file_report(
    conn: &mut PgConnection,
    from: i64,
    against: i64,
    comment: &str,
    forward: bool,
) -> QueryResult<i64> {
    diesel::insert_into(reports::table)
        .values((
            reports::account_id.eq(from),
            reports::target_account_id.eq(against),
            reports::comment.eq(comment),
            reports::forwarded.eq(forward),
        ))
        .returning(reports::id)
        .get_result(conn)
}

pub fn assign(conn: &mut PgConnection, report: i64, moderator: i64) -> QueryResult<usize> {
    diesel::update(reports::table.find(report))
        .set(reports::moderator_id.eq(moderator))
        .execute(conn)
}

pub fn close(conn: &mut PgConnection, report: i64) -> QueryResult<usize> {
    diesel::update(reports::table.find(report))
        .set(reports::action_taken.eq(true))
        .execute(conn)
}
