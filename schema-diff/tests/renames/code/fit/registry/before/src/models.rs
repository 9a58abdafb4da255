use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::DependencyKind"]
pub enum DependencyKind {
    Normal,
    Build,
    Dev,
}

/// Positional: the order of the fields is the order of the columns.
#[derive(Debug, Clone, Queryable)]
pub struct Account {
    pub id: i32,
    pub login: String,
    pub mail: String,
    pub avatar: Option<String>,
    pub gh_id: Option<i32>,
    pub is_admin: bool,
    pub created_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = accounts)]
pub struct NewAccount<'a> {
    pub login: &'a str,
    pub mail: &'a str,
    pub gh_id: Option<i32>,
}

#[derive(Debug, Clone, Queryable)]
pub struct ApiToken {
    pub id: i32,
    pub account_id: i32,
    pub name: String,
    pub token: Vec<u8>,
    pub revoked: bool,
    pub last_used_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Identifiable)]
#[diesel(table_name = packages)]
pub struct Package {
    pub id: i32,
    pub name: String,
    pub descr: Option<String>,
    pub homepage: Option<String>,
    pub docs_url: Option<String>,
    pub repository: Option<String>,
    pub total_downloads: i64,
    pub max_upload_size: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = packages)]
#[diesel(treat_none_as_null = true)]
pub struct PackageMetadata<'a> {
    pub name: &'a str,
    pub descr: Option<&'a str>,
    pub homepage: Option<&'a str>,
    pub docs_url: Option<&'a str>,
    pub repository: Option<&'a str>,
}

#[derive(Debug, Clone, Queryable, Identifiable, Associations)]
#[diesel(table_name = releases, belongs_to(Package))]
pub struct Release {
    pub id: i32,
    pub package_id: i32,
    pub num: String,
    pub license: Option<String>,
    pub checksum: String,
    pub size: Option<i32>,
    pub yanked: bool,
    pub published_by: Option<i32>,
    pub min_rust: Option<String>,
    pub readme_html: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = releases)]
pub struct NewRelease<'a> {
    pub package_id: i32,
    pub num: &'a str,
    pub license: Option<&'a str>,
    pub checksum: &'a str,
    pub size: Option<i32>,
    pub published_by: Option<i32>,
    pub min_rust: Option<&'a str>,
}

#[derive(Insertable)]
#[diesel(table_name = download_counts)]
pub struct NewDownloadCount {
    pub release_id: i32,
    pub day: NaiveDate,
    pub downloads: i32,
}
