use async_graphql::{Context, Object, Result};
use diesel::prelude::*;

use crate::models::application::{Application, Stage};
use crate::models::candidate::Candidate;
use crate::models::employer::Employer;
use crate::models::job::Job;
use crate::schema::{applications, candidates, employers, jobs};
use crate::PgPool;

pub struct Query;

#[Object]
impl Query {
    async fn jobs(&self, ctx: &Context<'_>, city: Option<String>) -> Result<Vec<Job>> {
        let mut conn = ctx.data::<PgPool>()?.get()?;
        let mut query = jobs::table.into_boxed();
        if let Some(city) = city {
            query = query.filter(jobs::city.eq(city).or(jobs::remote.eq(true)));
        }
        Ok(query
            .order(jobs::published.desc())
            .select(Job::as_select())
            .load(&mut conn)?)
    }
}

#[Object]
impl Job {
    async fn id(&self) -> i32 {
        self.id
    }

    async fn headline(&self) -> &str {
        &self.headline
    }

    async fn body(&self) -> &str {
        &self.body
    }

    async fn salary_from(&self) -> Option<i32> {
        self.sal_min
    }

    async fn salary_to(&self) -> Option<i32> {
        self.sal_max
    }

    async fn remote(&self) -> bool {
        self.remote
    }

    async fn employer(&self, ctx: &Context<'_>) -> Result<Employer> {
        let mut conn = ctx.data::<PgPool>()?.get()?;
        Ok(employers::table
            .find(self.employer_id)
            .select(Employer::as_select())
            .first(&mut conn)?)
    }

    async fn applications(
        &self,
        ctx: &Context<'_>,
        stage: Option<Stage>,
    ) -> Result<Vec<Application>> {
        let mut conn = ctx.data::<PgPool>()?.get()?;
        let mut query = Application::belonging_to(self).into_boxed();
        if let Some(stage) = stage {
            query = query.filter(applications::stage.eq(stage));
        }
        Ok(query.select(Application::as_select()).load(&mut conn)?)
    }
}

#[Object]
impl Employer {
    async fn id(&self) -> i32 {
        self.id
    }

    async fn name(&self) -> &str {
        &self.company
    }

    async fn website(&self) -> Option<&str> {
        self.url.as_deref()
    }

    async fn headcount(&self) -> Option<i32> {
        self.size
    }
}

#[Object]
impl Application {
    async fn id(&self) -> i32 {
        self.id
    }

    async fn candidate(&self, ctx: &Context<'_>) -> Result<Candidate> {
        let mut conn = ctx.data::<PgPool>()?.get()?;
        Ok(candidates::table
            .find(self.candidate_id)
            .select(Candidate::as_select())
            .first(&mut conn)?)
    }

    async fn stage(&self) -> Stage {
        self.stage
    }

    async fn rating(&self) -> Option<i32> {
        self.rating
    }
}

#[Object]
impl Candidate {
    async fn id(&self) -> i32 {
        self.id
    }

    async fn full_name(&self) -> String {
        Candidate::full_name(self)
    }

    async fn headline(&self) -> Option<&str> {
        self.headline.as_deref()
    }
}
