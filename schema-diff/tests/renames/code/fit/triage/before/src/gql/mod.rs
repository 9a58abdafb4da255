use async_graphql::{Context, InputObject, Object, Result};

use crate::store::issues::{self, Issue, Order, Resolution, Search, Severity};
use crate::store::people::Person;
use crate::store::projects::{self, Project};
use crate::store::Db;

#[Object]
impl Issue {
    async fn id(&self) -> i32 {
        self.id
    }

    async fn number(&self) -> i32 {
        self.no
    }

    async fn title(&self) -> &str {
        &self.subject
    }

    async fn severity(&self) -> Severity {
        self.severity
    }

    async fn milestone(&self) -> Option<&str> {
        self.milestone.as_deref()
    }

    async fn estimate_hours(&self) -> Option<f32> {
        self.estimate
    }

    async fn reason(&self) -> Option<Resolution> {
        self.resolve_reason
    }

    async fn closed(&self) -> bool {
        self.resolved.is_some()
    }

    async fn duplicate_of(&self) -> Option<i32> {
        self.dup_of
    }
}

#[Object]
impl Person {
    async fn name(&self) -> &str {
        &self.nick
    }

    async fn irc(&self) -> Option<&str> {
        self.irc.as_deref()
    }
}

#[Object]
impl Project {
    async fn key(&self) -> &str {
        &self.key
    }

    async fn title(&self) -> &str {
        &self.title
    }

    async fn repository(&self) -> Option<&str> {
        self.svn_url.as_deref()
    }
}

#[derive(InputObject)]
pub struct IssueFilter {
    owner: Option<i32>,
    text: Option<String>,
    milestone: Option<String>,
}

pub struct Query;

#[Object]
impl Query {
    async fn project(&self, ctx: &Context<'_>, key: String) -> Result<Project> {
        let mut c = ctx.data::<Db>()?.get()?;
        Ok(projects::by_key(&mut c, &key)?)
    }

    async fn issues(&self, ctx: &Context<'_>, project: i32, filter: IssueFilter) -> Result<Vec<Issue>> {
        let mut c = ctx.data::<Db>()?.get()?;
        let IssueFilter { owner, text, milestone } = filter;
        let search = Search { project: Some(project), owner, text, milestone, open_only: true };
        Ok(issues::search(&mut c, &search, Order::Touched)?)
    }
}
