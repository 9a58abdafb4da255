use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{contributors, glossary, projects, renderings, segments};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::ReviewStatus"]
pub enum ReviewStatus {
    #[default]
    Empty,
    NeedsWork,
    Approved,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::PluralForm"]
pub enum PluralForm {
    One,
    Few,
    Many,
    #[default]
    Other,
}

#[derive(Debug, Clone, Queryable, Identifiable)]
#[diesel(table_name = projects)]
pub struct Project {
    pub id: i64,
    pub slug: String,
    pub source_lang: String,
    pub repo_url: Option<String>,
    pub branch: Option<String>,
    pub file_mask: String,
    pub preferred_engine: Option<String>,
    pub auto_merge: bool,
    pub pulled_at: Option<DateTime<Utc>>,
    pub pushed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Queryable, Identifiable, Associations)]
#[diesel(table_name = segments, belongs_to(Project))]
pub struct Segment {
    pub id: i64,
    pub project_id: i64,
    pub key: String,
    pub source_text: String,
    pub context: Option<String>,
    pub max_chars: Option<i32>,
    pub type_: String,
    pub sort_no: i32,
    pub obsolete: bool,
    pub fingerprint: i64,
    pub screenshot: Option<String>,
}

#[derive(Debug, Clone, Default, Insertable, AsChangeset)]
#[diesel(table_name = renderings)]
pub struct Draft {
    pub segment_id: i64,
    pub lang: String,
    pub plural: PluralForm,
    pub body: String,
    pub status: ReviewStatus,
    pub translator: Option<String>,
    pub machine: bool,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = renderings)]
pub struct Rendering {
    pub id: i64,
    pub segment_id: i64,
    pub lang: String,
    pub plural: PluralForm,
    pub body: String,
    pub status: ReviewStatus,
    pub translator: Option<String>,
    pub reviewer: Option<String>,
    pub machine: bool,
    pub quality: Option<f32>,
    pub comment: Option<String>,
    pub edited_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = glossary)]
pub struct Term {
    pub lang: String,
    pub term: String,
    pub rendering: String,
    pub forbidden: bool,
    pub domain: Option<String>,
    pub hint: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = contributors)]
pub struct Contributor {
    pub id: i64,
    pub preferred_username: String,
    pub email: String,
    pub langs: Vec<Option<String>>,
    pub words_done: i64,
    pub hide_from_credits: bool,
    pub pay_rate: Option<i32>,
    pub last_seen: Option<DateTime<Utc>>,
}
