use diesel::prelude::*;

use crate::rows::Project;
use crate::schema::{projects, segments};

pub struct Incoming<'a> {
    pub key: &'a str,
    pub text: &'a str,
    pub kind: &'a str,
}

pub fn hash(text: &str) -> i64 {
    text.bytes().fold(5381i64, |h, b| h.wrapping_mul(33).wrapping_add(b as i64))
}

pub fn pull(conn: &mut PgConnection, p: &Project, rows: &[Incoming<'_>]) -> QueryResult<usize> {
    conn.transaction(|conn| {
        diesel::update(segments::table.filter(segments::project_id.eq(p.id)))
            .set(segments::obsolete.eq(true))
            .execute(conn)?;
        for (n, r) in rows.iter().enumerate() {
            diesel::insert_into(segments::table)
                .values((
                    segments::project_id.eq(p.id),
                    segments::key.eq(r.key),
                    segments::source_text.eq(r.text),
                    segments::type_.eq(r.kind),
                    segments::sort_no.eq(n as i32),
                    segments::obsolete.eq(false),
                    segments::fingerprint.eq(hash(r.text)),
                ))
                .execute(conn)?;
        }
        touch!(conn, projects, p.id, pulled_at)
    })
}

pub fn pushed(conn: &mut PgConnection, p: &Project) -> QueryResult<usize> {
    touch!(conn, projects, p.id, pushed_at)
}

pub fn clone_command(p: &Project) -> Option<String> {
    let url = p.repo_url.as_deref()?;
    let branch = p.branch.as_deref().unwrap_or("main");
    Some(format!("git clone --depth 1 -b {branch} {url} # {}", p.file_mask))
}

pub fn waiting(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    projects::table
        .filter(projects::auto_merge.eq(true))
        .filter(projects::pushed_at.lt(projects::pulled_at))
        .select(projects::slug)
        .load(conn)
}

pub fn engine(p: &Project) -> &str {
    match p.preferred_engine.as_deref() {
        Some(name) => name,
        None if p.source_lang == "en" => "marian-en",
        None => "apertium",
    }
}
