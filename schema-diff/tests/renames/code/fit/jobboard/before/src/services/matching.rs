use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::models::candidate::{ProfileForm, SavedSearch};
use crate::models::job::Job;
use crate::schema::{candidates, jobs, saved_searches};

pub fn save_profile(conn: &mut PgConnection, id: i32, form: &ProfileForm) -> QueryResult<usize> {
    diesel::update(candidates::table.find(id))
        .set(form)
        .execute(conn)
}

pub fn subscribers(conn: &mut PgConnection) -> QueryResult<Vec<(String, String)>> {
    candidates::table
        .filter(candidates::newsletter.eq(true))
        .select((candidates::mail, candidates::first))
        .load(conn)
}

pub fn due_alerts(conn: &mut PgConnection, before: NaiveDateTime) -> QueryResult<Vec<SavedSearch>> {
    saved_searches::table
        .filter(saved_searches::alert.eq(true))
        .filter(
            saved_searches::last_run
                .is_null()
                .or(saved_searches::last_run.lt(before)),
        )
        .select(SavedSearch::as_select())
        .load(conn)
}

pub fn hits(conn: &mut PgConnection, search: &SavedSearch) -> QueryResult<Vec<Job>> {
    let mut query = jobs::table
        .filter(jobs::published.is_not_null())
        .filter(jobs::expires.gt(diesel::dsl::now.nullable()))
        .into_boxed();
    for word in search.words.split_whitespace() {
        query = query.filter(jobs::headline.ilike(format!("%{word}%")));
    }
    if search.radius == Some(0) {
        query = query.filter(jobs::remote.eq(true));
    }
    query.select(Job::as_select()).load(conn)
}
