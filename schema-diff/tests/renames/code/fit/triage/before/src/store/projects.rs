use diesel::prelude::*;

use crate::schema::{people, projects, tags};

#[derive(Clone, Debug, Identifiable, Queryable, Selectable)]
pub struct Project {
    pub id: i32,
    pub key: String,
    pub title: String,
    pub lead_id: i32,
    pub wiki_url: Option<String>,
    pub svn_url: Option<String>,
    pub archived: bool,
    pub next_no: i32,
}

pub fn by_key(c: &mut PgConnection, k: &str) -> QueryResult<Project> {
    projects::table
        .filter(projects::key.eq(k.to_uppercase()))
        .select(Project::as_select())
        .first(c)
}

pub fn found(c: &mut PgConnection, k: &str, title: &str, lead: i32) -> QueryResult<Project> {
    let project: Project = diesel::insert_into(projects::table)
        .values((
            projects::key.eq(k),
            projects::title.eq(title),
            projects::lead_id.eq(lead),
            projects::archived.eq(false),
            projects::next_no.eq(1),
        ))
        .returning(Project::as_returning())
        .get_result(c)?;
    let defaults = [("bug", "#cc0000"), ("idea", "#00cc00"), ("docs", "#0000cc")];
    let rows: Vec<_> = defaults
        .iter()
        .zip(0i16..)
        .map(|((name, colour), n)| {
            (
                tags::project_id.eq(project.id),
                tags::name.eq(*name),
                tags::colour.eq(*colour),
                tags::sort.eq(n),
            )
        })
        .collect();
    diesel::insert_into(tags::table).values(&rows).execute(c)?;
    Ok(project)
}

pub fn with_leads(c: &mut PgConnection) -> QueryResult<Vec<(String, String)>> {
    projects::table
        .inner_join(people::table)
        .filter(projects::archived.eq(false))
        .select((projects::title, people::nick))
        .load(c)
}

pub fn set_links(c: &mut PgConnection, project: i32, wiki: Option<&str>, svn: Option<&str>) -> QueryResult<usize> {
    diesel::update(projects::table.find(project))
        .set((projects::wiki_url.eq(wiki), projects::svn_url.eq(svn)))
        .execute(c)
}
