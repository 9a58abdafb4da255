use chrono::{DateTime, Utc};
use diesel::dsl::now;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{issue_tags, issues, projects, tags};

#[derive(Clone, Copy, Debug, DbEnum, Eq, PartialEq, async_graphql::Enum)]
#[ExistingTypePath = "crate::schema::sql_types::Severity"]
pub enum Severity {
    Trivial,
    Minor,
    Major,
    Blocker,
}

#[derive(Clone, Copy, Debug, DbEnum, Eq, PartialEq, async_graphql::Enum)]
#[ExistingTypePath = "crate::schema::sql_types::Resolution"]
pub enum Resolution {
    Fixed,
    Wontfix,
    Dup,
    WorksForMe,
}

#[derive(Clone, Debug, Identifiable, Queryable, Selectable)]
pub struct Issue {
    pub id: i32,
    pub project_id: i32,
    pub no: i32,
    pub subject: String,
    pub description: String,
    pub severity: Severity,
    pub reporter_id: i32,
    pub owner_id: Option<i32>,
    pub milestone: Option<String>,
    pub estimate: Option<f32>,
    pub votes: i32,
    pub resolve_reason: Option<Resolution>,
    pub resolved: Option<DateTime<Utc>>,
    pub dup_of: Option<i32>,
    pub created: DateTime<Utc>,
    pub modified: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = issues)]
pub struct Draft<'a> {
    pub project_id: i32,
    pub no: i32,
    pub subject: &'a str,
    pub description: &'a str,
    pub severity: Severity,
    pub reporter_id: i32,
    pub milestone: Option<&'a str>,
    pub estimate: Option<f32>,
}

#[derive(Clone, Copy, Debug)]
pub enum Order {
    Newest,
    Votes,
    Touched,
}

#[derive(Debug, Default)]
pub struct Search {
    pub project: Option<i32>,
    pub owner: Option<i32>,
    pub text: Option<String>,
    pub milestone: Option<String>,
    pub open_only: bool,
}

pub fn next_number(c: &mut PgConnection, project: i32) -> QueryResult<i32> {
    let no: i32 = diesel::update(projects::table.find(project))
        .set(projects::next_no.eq(projects::next_no + 1))
        .returning(projects::next_no)
        .get_result(c)?;
    Ok(no - 1)
}

pub fn open(c: &mut PgConnection, draft: &Draft) -> QueryResult<Issue> {
    diesel::insert_into(issues::table)
        .values(draft)
        .returning(Issue::as_returning())
        .get_result(c)
}

pub fn search(c: &mut PgConnection, s: &Search, order: Order) -> QueryResult<Vec<Issue>> {
    let mut q = issues::table.select(Issue::as_select()).into_boxed();
    if let Some(project) = s.project {
        q = q.filter(issues::project_id.eq(project));
    }
    if let Some(owner) = s.owner {
        q = q.filter(issues::owner_id.eq(owner));
    }
    if let Some(text) = &s.text {
        let like = format!("%{text}%");
        q = q.filter(issues::subject.ilike(like.clone()).or(issues::description.ilike(like)));
    }
    if let Some(milestone) = &s.milestone {
        q = q.filter(issues::milestone.eq(milestone.as_str()));
    }
    if s.open_only {
        q = q.filter(issues::resolved.is_null());
    }
    q = match order {
        Order::Newest => q.order(issues::created.desc()),
        Order::Votes => q.order(issues::votes.desc()),
        Order::Touched => q.order(issues::modified.desc()),
    };
    q.limit(100).load(c)
}

pub fn resolve(c: &mut PgConnection, issue: i32, why: Resolution, dup: Option<i32>) -> QueryResult<Issue> {
    diesel::update(issues::table.find(issue))
        .set((
            issues::resolve_reason.eq(why),
            issues::resolved.eq(now),
            issues::dup_of.eq(dup),
            issues::modified.eq(now),
        ))
        .returning(Issue::as_returning())
        .get_result(c)
}

pub fn reopen(c: &mut PgConnection, issue: i32) -> QueryResult<usize> {
    diesel::update(issues::table.find(issue))
        .set((
            issues::resolve_reason.eq(None::<Resolution>),
            issues::resolved.eq(None::<DateTime<Utc>>),
            issues::modified.eq(now),
        ))
        .execute(c)
}

pub fn vote(c: &mut PgConnection, issue: i32) -> QueryResult<i32> {
    diesel::update(issues::table.find(issue))
        .set(issues::votes.eq(issues::votes + 1))
        .returning(issues::votes)
        .get_result(c)
}

pub fn tag(c: &mut PgConnection, issue: i32, tag: i32, by: i32) -> QueryResult<usize> {
    diesel::insert_into(issue_tags::table)
        .values((
            issue_tags::issue_id.eq(issue),
            issue_tags::tag_id.eq(tag),
            issue_tags::added_by.eq(by),
        ))
        .on_conflict_do_nothing()
        .execute(c)
}

pub fn tags_of(c: &mut PgConnection, issue: i32) -> QueryResult<Vec<(String, String)>> {
    issue_tags::table
        .inner_join(tags::table)
        .filter(issue_tags::issue_id.eq(issue))
        .order(tags::sort)
        .select((tags::name, tags::colour))
        .load(c)
}
