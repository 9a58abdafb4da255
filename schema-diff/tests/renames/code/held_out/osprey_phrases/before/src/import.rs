//! Takes the strings that a client repository's extractor found.
use std::collections::HashSet;

use diesel::prelude::*;

use crate::schema::{projects, strings};
use crate::tables::{Extracted, Project};

pub struct Found {
    pub ident: String,
    pub text: String,
    pub comment: Option<String>,
}

impl Found {
    fn is_plural(&self) -> bool {
        self.text.contains("{count}")
    }
}

pub fn project(conn: &mut PgConnection, name: &str) -> QueryResult<Project> {
    projects::table
        .filter(projects::slug.eq(name))
        .select(Project::as_select())
        .first(conn)
}

pub fn sync(conn: &mut PgConnection, project: &Project, found: &[Found]) -> QueryResult<(usize, usize)> {
    assert!(!project.frozen, "{} is frozen", project.slug);
    if let Some(max) = project.max_len {
        for f in found.iter().filter(|f| f.text.len() > max as usize) {
            eprintln!("{}: longer than {max}", f.ident);
        }
    }
    conn.transaction(|conn| {
        let known: HashSet<String> = strings::table
            .filter(strings::project_id.eq(project.id))
            .filter(strings::obsolete.eq(false))
            .select(strings::ident)
            .load::<String>(conn)?
            .into_iter()
            .collect();
        let fresh: Vec<Extracted> = found
            .iter()
            .filter(|f| !known.contains(&f.ident))
            .map(|f| Extracted {
                project_id: project.id,
                ident: &f.ident,
                english: &f.text,
                hint: f.comment.as_deref(),
                plural: f.is_plural(),
            })
            .collect();
        let added = diesel::insert_into(strings::table).values(&fresh).execute(conn)?;
        let present: Vec<&str> = found.iter().map(|f| f.ident.as_str()).collect();
        let gone = diesel::update(strings::table)
            .filter(strings::project_id.eq(project.id))
            .filter(strings::ident.ne_all(present))
            .set(strings::obsolete.eq(true))
            .execute(conn)?;
        Ok((added, gone))
    })
}

pub fn ping(project: &Project) -> Option<String> {
    let Project { webhook, repo_url, source_locale, .. } = project;
    webhook
        .as_ref()
        .map(|hook| format!("POST {hook} repo={} lang={source_locale}", repo_url.as_deref().unwrap_or("-")))
}

pub fn without_context(conn: &mut PgConnection, project: i32) -> QueryResult<Vec<(String, String)>> {
    strings::table
        .filter(strings::project_id.eq(project))
        .filter(strings::hint.is_null().and(strings::screenshot.is_null()))
        .order(strings::first_seen.desc())
        .select((strings::ident, strings::english))
        .load(conn)
}
