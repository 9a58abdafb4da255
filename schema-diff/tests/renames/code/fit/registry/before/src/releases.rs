use diesel::prelude::*;

use crate::models::{DependencyKind, NewRelease, Package, Release};
use crate::schema::{dependencies, packages, releases};

pub struct NewDependency<'a> {
    pub package_id: i32,
    pub req: &'a str,
    pub optional: bool,
    pub kind: DependencyKind,
    pub target: Option<&'a str>,
}

pub fn publish(
    conn: &mut PgConnection,
    release: &NewRelease<'_>,
    deps: &[NewDependency<'_>],
) -> QueryResult<Release> {
    conn.transaction(|conn| {
        let saved: Release = diesel::insert_into(releases::table)
            .values(release)
            .get_result(conn)?;
        let rows: Vec<_> = deps
            .iter()
            .map(|d| {
                (
                    dependencies::release_id.eq(saved.id),
                    dependencies::package_id.eq(d.package_id),
                    dependencies::req.eq(d.req),
                    dependencies::optional.eq(d.optional),
                    dependencies::kind.eq(d.kind),
                    dependencies::target.eq(d.target),
                )
            })
            .collect();
        diesel::insert_into(dependencies::table)
            .values(rows)
            .execute(conn)?;
        Ok(saved)
    })
}

pub fn yank(conn: &mut PgConnection, release: i32, state: bool) -> QueryResult<usize> {
    diesel::update(releases::table.find(release))
        .set(releases::yanked.eq(state))
        .execute(conn)
}

pub fn visible(conn: &mut PgConnection, package: &Package) -> QueryResult<Vec<Release>> {
    Release::belonging_to(package)
        .filter(releases::yanked.eq(false))
        .order(releases::created_at.desc())
        .load(conn)
}

pub fn runtime_dependencies(
    conn: &mut PgConnection,
    release: i32,
) -> QueryResult<Vec<(String, String)>> {
    dependencies::table
        .inner_join(packages::table)
        .filter(dependencies::release_id.eq(release))
        .filter(dependencies::kind.ne(DependencyKind::Dev))
        .select((packages::name, dependencies::req))
        .load(conn)
}

pub fn kind_label(kind: DependencyKind) -> &'static str {
    match kind {
        DependencyKind::Normal => "normal",
        DependencyKind::Build => "build",
        DependencyKind::Dev => "dev",
    }
}
