use campus_db::enums::EnrolmentRole;
use campus_db::models::{Course, Unit};
use campus_db::schema::{courses, enrolments, units};
use chrono::{NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
pub struct CourseCard {
    pub code: String,
    pub name: String,
    pub teaser: String,
    pub starts: Option<NaiveDate>,
    pub full: bool,
}

pub fn catalogue(conn: &mut PgConnection) -> QueryResult<Vec<CourseCard>> {
    let open: Vec<Course> = courses::table
        .filter(courses::public.eq(true))
        .filter(courses::archived.eq(false))
        .order((courses::start_date.asc(), courses::name.asc()))
        .select(Course::as_select())
        .load(conn)?;
    open.into_iter().map(|c| card(conn, c)).collect()
}

fn card(conn: &mut PgConnection, course: Course) -> QueryResult<CourseCard> {
    let taken: i64 = enrolments::table
        .filter(enrolments::course_id.eq(course.id))
        .filter(enrolments::role.eq(EnrolmentRole::Student))
        .select(count_star())
        .first(conn)?;
    Ok(CourseCard {
        full: course.max_students.is_some_and(|max| taken >= i64::from(max)),
        teaser: course.blurb.unwrap_or_default(),
        code: course.code,
        name: course.name,
        starts: course.start_date,
    })
}

pub fn syllabus(conn: &mut PgConnection, course: &Course) -> QueryResult<Vec<Unit>> {
    Unit::belonging_to(course)
        .filter(units::hidden.eq(false))
        .order(units::pos)
        .select(Unit::as_select())
        .load(conn)
}

pub fn total_minutes(all: &[Unit]) -> i32 {
    all.iter().filter_map(|u| u.minutes).sum()
}

pub fn enrol(conn: &mut PgConnection, user: i64, course: i64) -> QueryResult<usize> {
    diesel::insert_into(enrolments::table)
        .values((
            enrolments::user_id.eq(user),
            enrolments::course_id.eq(course),
            enrolments::role.eq(EnrolmentRole::Student),
            enrolments::since.eq(Utc::now()),
            enrolments::progress.eq(0.0),
            enrolments::paid.eq(false),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
}

pub fn confirm_payment(conn: &mut PgConnection, user: i64, course: i64) -> QueryResult<usize> {
    diesel::update(enrolments::table.find((user, course)))
        .set(enrolments::paid.eq(true))
        .execute(conn)
}
