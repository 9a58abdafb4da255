use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::models::{Application, Candidate, Job, Stage};
use crate::schema::{applications, candidates};

pub struct Letter<'a> {
    pub text: Option<&'a str>,
    pub cv: &'a str,
    pub via: Option<&'a str>,
}

pub fn apply(conn: &mut PgConnection, job: &Job, who: &Candidate, letter: Letter) -> QueryResult<Application> {
    let Letter { text, cv, via } = letter;
    diesel::insert_into(applications::table)
        .values((
            applications::job_id.eq(job.id),
            applications::candidate_id.eq(who.id),
            applications::stage.eq(Stage::Received),
            applications::cover_letter.eq(text),
            applications::cv_key.eq(cv),
            applications::source.eq(via),
        ))
        .returning(Application::as_returning())
        .get_result(conn)
}

pub fn advance(conn: &mut PgConnection, id: i32, to: Stage) -> QueryResult<usize> {
    diesel::update(applications::table.find(id))
        .filter(applications::stage.lt(to))
        .set(applications::stage.eq(to))
        .execute(conn)
}

pub fn reject(conn: &mut PgConnection, id: i32, because: &str) -> QueryResult<usize> {
    diesel::update(applications::table.find(id))
        .set((
            applications::stage.eq(Stage::Rejected),
            applications::resolve_note.eq(because),
        ))
        .execute(conn)
}

pub fn rate(conn: &mut PgConnection, id: i32, points: i16) -> QueryResult<usize> {
    diesel::update(applications::table.find(id))
        .set(applications::score.eq(points))
        .execute(conn)
}

pub fn shortlist(conn: &mut PgConnection, job: &Job) -> QueryResult<Vec<(Application, Candidate)>> {
    Application::belonging_to(job)
        .inner_join(candidates::table)
        .filter(applications::stage.ne(Stage::Rejected))
        .order((applications::score.desc().nulls_last(), candidates::family, candidates::given))
        .select((Application::as_select(), Candidate::as_select()))
        .load(conn)
}
