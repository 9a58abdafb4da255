use campus_db::schema::{courses, enrolments, users};
use diesel::prelude::*;

pub struct Certificate {
    pub holder: String,
    pub course: String,
    pub number: String,
}

pub fn issue(conn: &mut PgConnection, pass_mark: f32) -> QueryResult<Vec<Certificate>> {
    let passed: Vec<(i64, i64, String, String)> = enrolments::table
        .inner_join(courses::table)
        .inner_join(users::table)
        .filter(enrolments::final_mark.ge(pass_mark))
        .filter(enrolments::cert_no.is_null())
        .select((users::id, courses::id, users::uname, courses::code))
        .load(conn)?;
    let mut issued = Vec::with_capacity(passed.len());
    for (user, course, holder, code) in passed {
        let number = format!("{code}-{user:06}");
        diesel::update(enrolments::table.find((user, course)))
            .set(enrolments::cert_no.eq(&number))
            .execute(conn)?;
        issued.push(Certificate {
            holder,
            course: code,
            number,
        });
    }
    Ok(issued)
}
