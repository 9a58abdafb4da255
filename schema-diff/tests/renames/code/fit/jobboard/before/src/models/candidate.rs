use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::{candidates, saved_searches};

#[derive(Debug, Clone, Identifiable, Queryable, Selectable)]
#[diesel(table_name = candidates)]
pub struct Candidate {
    pub id: i32,
    pub first: String,
    pub last: String,
    pub mail: String,
    pub cv: Option<String>,
    pub headline: Option<String>,
    pub hide_profile: bool,
    pub linkedin: Option<String>,
    pub birthday: Option<NaiveDate>,
}

impl Candidate {
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    pub fn is_visible_to_recruiters(&self) -> bool {
        !self.hide_profile && self.cv.is_some()
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = candidates)]
#[diesel(treat_none_as_null = true)]
pub struct ProfileForm {
    pub headline: Option<String>,
    pub cv: Option<String>,
    pub linkedin: Option<String>,
    pub birthday: Option<NaiveDate>,
    pub hide_profile: bool,
    pub newsletter: bool,
}

#[derive(Debug, Identifiable, Queryable, Selectable, Associations)]
#[diesel(belongs_to(Candidate))]
#[diesel(table_name = saved_searches)]
pub struct SavedSearch {
    pub id: i32,
    pub candidate_id: i32,
    pub words: String,
    pub radius: Option<i32>,
}
