use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::models::{Package, PackageMetadata};

const DEFAULT_MAX_UPLOAD: i32 = 10 * 1024 * 1024;

#[derive(Debug, QueryableByName)]
pub struct SearchHit {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    pub descr: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub total_downloads: i64,
}

pub fn publish(conn: &mut PgConnection, meta: &PackageMetadata<'_>) -> QueryResult<Package> {
    use crate::schema::packages::dsl::*;

    diesel::insert_into(packages)
        .values(meta)
        .on_conflict(name)
        .do_update()
        .set((meta, updated_at.eq(diesel::dsl::now)))
        .get_result(conn)
}

pub fn by_name(conn: &mut PgConnection, wanted: &str) -> QueryResult<Package> {
    use crate::schema::packages::dsl::*;

    packages.filter(name.eq(wanted)).first(conn)
}

pub fn search(conn: &mut PgConnection, term: &str) -> QueryResult<Vec<SearchHit>> {
    diesel::sql_query(
        "SELECT name, descr, total_downloads FROM packages \
         WHERE to_tsvector(name || ' ' || coalesce(descr, '')) @@ plainto_tsquery($1) \
         ORDER BY total_downloads DESC LIMIT 50",
    )
    .bind::<Text, _>(term)
    .load(conn)
}

pub fn without_docs(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    use crate::schema::packages::dsl::*;

    packages
        .filter(docs_url.is_null())
        .filter(homepage.is_null())
        .select(name)
        .order(total_downloads.desc())
        .load(conn)
}

pub fn upload_limit(package: &Package) -> i32 {
    package.max_upload_size.unwrap_or(DEFAULT_MAX_UPLOAD)
}

pub fn raise_limit(conn: &mut PgConnection, package: i32, bytes: i32) -> QueryResult<usize> {
    use crate::schema::packages::dsl::*;

    diesel::update(packages.find(package))
        .set(max_upload_size.eq(Some(bytes)))
        .execute(conn)
}
