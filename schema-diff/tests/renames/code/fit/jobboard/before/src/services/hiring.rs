use diesel::prelude::*;

use crate::models::application::{Application, NewApplication, Stage};
use crate::models::job::Job;
use crate::schema::{applications, jobs};

pub fn apply(conn: &mut PgConnection, new: &NewApplication<'_>) -> QueryResult<Application> {
    diesel::insert_into(applications::table)
        .values((
            new,
            applications::stage.eq(Stage::Received),
            applications::seen.eq(false),
        ))
        .returning(Application::as_returning())
        .get_result(conn)
}

pub fn inbox(conn: &mut PgConnection, job: &Job) -> QueryResult<Vec<Application>> {
    Application::belonging_to(job)
        .filter(applications::stage.ne(Stage::Declined))
        .order((applications::seen, applications::submitted.desc()))
        .select(Application::as_select())
        .load(conn)
}

pub fn rate(conn: &mut PgConnection, id: i32, stars: i32) -> QueryResult<usize> {
    diesel::update(applications::table.find(id))
        .set((
            applications::rating.eq(stars.clamp(1, 5)),
            applications::seen.eq(true),
        ))
        .execute(conn)
}

pub fn decline(conn: &mut PgConnection, id: i32, text: &str) -> QueryResult<usize> {
    diesel::update(applications::table.find(id))
        .set((
            applications::stage.eq(Stage::Declined),
            applications::reject_text.eq(text),
        ))
        .execute(conn)
}

pub fn referrers(conn: &mut PgConnection, job: i32) -> QueryResult<Vec<(Option<String>, i64)>> {
    applications::table
        .filter(applications::job_id.eq(job))
        .group_by(applications::referrer)
        .select((applications::referrer, diesel::dsl::count_star()))
        .load(conn)
}

pub fn count_view(conn: &mut PgConnection, job: i32) -> QueryResult<usize> {
    diesel::update(jobs::table.find(job))
        .set(jobs::views.eq(jobs::views + 1))
        .execute(conn)
}
