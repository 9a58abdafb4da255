use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{glossary, linguists, projects, strings, translations};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Stage"]
pub enum Stage {
    Draft,
    Proposed,
    Approved,
    Rejected,
}

macro_rules! row {
    ($table:ident, $(#[$m:meta])* $name:ident { $($field:ident : $ty:ty),* $(,)? }) => {
        $(#[$m])*
        #[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
        #[diesel(table_name = $table)]
        pub struct $name { $(pub $field: $ty),* }
    };
}

row!(projects, Project {
    id: i32,
    slug: String,
    repo_url: Option<String>,
    source_locale: String,
    webhook: Option<String>,
    frozen: bool,
    max_len: Option<i32>,
});

row!(strings, SourceString {
    id: i64,
    project_id: i32,
    ident: String,
    english: String,
    hint: Option<String>,
    screenshot: Option<String>,
    plural: bool,
    obsolete: bool,
    first_seen: NaiveDateTime,
});

row!(translations, Translation {
    id: i64,
    string_id: i64,
    locale: String,
    txt: String,
    stage: Stage,
    author: i32,
    reviewer: Option<i32>,
    score: Option<f32>,
    machine: bool,
    touched: NaiveDateTime,
});

row!(linguists, Linguist {
    id: i32,
    nick: String,
    realname: Option<String>,
    home_locale: String,
    points: i32,
    rate_cents: Option<i32>,
    bio: Option<String>,
    banned: bool,
    tz: String,
});

row!(glossary, Term {
    term: String,
    locale: String,
    wording: String,
    forbidden: bool,
    rationale: Option<String>,
});

#[derive(Debug, Insertable)]
#[diesel(table_name = strings)]
pub struct Extracted<'a> {
    pub project_id: i32,
    pub ident: &'a str,
    pub english: &'a str,
    pub hint: Option<&'a str>,
    pub plural: bool,
}

#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = translations)]
pub struct Suggestion<'a> {
    pub string_id: i64,
    pub locale: &'a str,
    pub txt: &'a str,
    pub stage: Stage,
    pub author: i32,
    pub machine: bool,
}

#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = linguists)]
pub struct ProfileEdit {
    pub realname: Option<Option<String>>,
    pub home_locale: Option<String>,
    pub bio: Option<Option<String>>,
    pub tz: Option<String>,
}
