use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::enums::{EnrolmentRole, UnitType};
use crate::schema::{courses, enrolments, submissions, units, users};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: i64,
    pub uname: String,
    pub preferred_username: Option<String>,
    pub mail: String,
    pub student_no: Option<String>,
    pub dark_mode: bool,
    pub last_login: Option<DateTime<Utc>>,
}

impl User {
    pub fn shown_as(&self) -> &str {
        self.preferred_username.as_deref().unwrap_or(&self.uname)
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = users)]
pub struct NewUser<'a> {
    pub uname: &'a str,
    pub mail: &'a str,
    pub pw_hash: &'a str,
    pub student_no: Option<&'a str>,
    pub faculty: Option<&'a str>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = courses, belongs_to(User, foreign_key = teacher_id))]
pub struct Course {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub blurb: Option<String>,
    pub teacher_id: i64,
    pub start_date: Option<NaiveDate>,
    pub end_date: Option<NaiveDate>,
    pub max_students: Option<i32>,
    pub public: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = units, belongs_to(Course))]
pub struct Unit {
    pub id: i64,
    pub course_id: i64,
    pub pos: i32,
    pub title: String,
    pub unit_type: UnitType,
    pub text: Option<String>,
    pub video: Option<String>,
    pub minutes: Option<i32>,
    pub max_points: Option<i32>,
    pub due: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = enrolments)]
pub struct Enrolment {
    pub user_id: i64,
    pub course_id: i64,
    pub role: EnrolmentRole,
    pub progress: f32,
    pub final_mark: Option<f32>,
    pub cert_no: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = submissions)]
pub struct Submission {
    pub id: i64,
    pub unit_id: i64,
    pub user_id: i64,
    pub attempt: i32,
    pub content: String,
    pub points: Option<i32>,
    pub comment: Option<String>,
    pub marker_id: Option<i64>,
    pub late: bool,
}

#[derive(Debug, AsChangeset)]
#[diesel(table_name = submissions)]
pub struct Marking<'a> {
    pub points: i32,
    pub comment: Option<&'a str>,
    pub marker_id: i64,
}
