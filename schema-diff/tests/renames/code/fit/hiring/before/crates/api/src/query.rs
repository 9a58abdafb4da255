use async_graphql::{Context, Object, Result};
use hiring::jobs::{self, Search};

use crate::types::{Company, Job};
use crate::Db;

pub struct Query;

#[Object]
impl Query {
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        text: Option<String>,
        near: Option<String>,
        #[graphql(default)] remote: bool,
        min_salary: Option<i32>,
    ) -> Result<Vec<Job>> {
        let mut conn = ctx.data::<Db>()?.get()?;
        let search = Search {
            words: text.as_deref(),
            near: near.as_deref(),
            remote_only: remote,
            at_least: min_salary,
            ..Search::default()
        };
        Ok(search.run(&mut conn)?.into_iter().map(Job).collect())
    }

    async fn company_of(&self, ctx: &Context<'_>, job: i32) -> Result<Company> {
        let mut conn = ctx.data::<Db>()?.get()?;
        let (_, company) = jobs::with_company(&mut conn, job)?;
        Ok(company.into())
    }
}
