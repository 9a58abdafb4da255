use diesel::dsl::{now, IntervalDsl};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;

use crate::models::{Company, Employment, Job, JobInput};
use crate::schema::{companies, jobs};

type Boxed<'a> = jobs::BoxedQuery<'a, Pg>;

#[derive(Default)]
pub struct Search<'a> {
    pub words: Option<&'a str>,
    pub near: Option<&'a str>,
    pub remote_only: bool,
    pub at_least: Option<i32>,
    pub kind: Option<Employment>,
}

impl<'a> Search<'a> {
    fn narrow(&self, mut query: Boxed<'a>) -> Boxed<'a> {
        if let Some(words) = self.words {
            let like = format!("%{words}%");
            query = query.filter(jobs::title.ilike(like.clone()).or(jobs::body.ilike(like)));
        }
        if let Some(place) = self.near {
            query = query.filter(jobs::location.eq(place).or(jobs::remote.eq(true)));
        }
        if self.remote_only {
            query = query.filter(jobs::remote.eq(true));
        }
        if let Some(pay) = self.at_least {
            query = query.filter(jobs::salary_max.ge(pay));
        }
        if let Some(kind) = self.kind {
            query = query.filter(jobs::employment.eq(kind));
        }
        query
    }

    pub fn run(&self, conn: &mut PgConnection) -> QueryResult<Vec<Job>> {
        self.narrow(jobs::table.into_boxed())
            .filter(jobs::open_until.is_null().or(jobs::open_until.ge(diesel::dsl::today)))
            .order((jobs::featured.desc(), jobs::created.desc()))
            .select(Job::as_select())
            .load(conn)
    }
}

pub fn post(conn: &mut PgConnection, input: &JobInput) -> QueryResult<Job> {
    diesel::insert_into(jobs::table)
        .values(input)
        .returning(Job::as_returning())
        .get_result(conn)
}

pub fn revise(conn: &mut PgConnection, id: i32, input: &JobInput) -> QueryResult<Job> {
    diesel::update(jobs::table.find(id))
        .set(input)
        .returning(Job::as_returning())
        .get_result(conn)
}

pub fn feature(conn: &mut PgConnection, id: i32) -> QueryResult<usize> {
    diesel::update(jobs::table.find(id)).set(jobs::featured.eq(true)).execute(conn)
}

pub fn with_company(conn: &mut PgConnection, id: i32) -> QueryResult<(Job, Company)> {
    jobs::table
        .inner_join(companies::table)
        .filter(jobs::id.eq(id))
        .select((Job::as_select(), Company::as_select()))
        .first(conn)
}

/// Featuring costs money and ends after a month.
pub fn unfeature_old(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::update(jobs::table.filter(jobs::created.lt(now - 30.days())))
        .set(jobs::featured.eq(false))
        .execute(conn)
}
