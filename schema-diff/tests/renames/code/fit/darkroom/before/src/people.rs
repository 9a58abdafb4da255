//! Faces and whose they are.
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::schema::faces;

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = faces)]
pub struct Found {
    pub photo_id: i64,
    pub left: f32,
    pub top: f32,
    pub w: f32,
    pub h: f32,
    pub score: f32,
}

pub fn store(conn: &mut PgConnection, found: &[Found]) -> QueryResult<usize> {
    let sure: Vec<&Found> = found.iter().filter(|f| f.score > 0.6).collect();
    diesel::insert_into(faces::table).values(sure).execute(conn)
}

pub fn name(conn: &mut PgConnection, face: i64, who: &str) -> QueryResult<usize> {
    diesel::update(faces::table.find(face)).set(faces::person.eq(who)).execute(conn)
}

pub fn everybody(conn: &mut PgConnection) -> QueryResult<Vec<(Option<String>, i64)>> {
    faces::table
        .group_by(faces::person)
        .select((faces::person, count_star()))
        .load(conn)
}

pub fn boxes(conn: &mut PgConnection, photo: i64) -> QueryResult<Vec<(f32, f32, f32, f32)>> {
    faces::table
        .filter(faces::photo_id.eq(photo))
        .select((faces::left, faces::top, faces::w, faces::h))
        .order(faces::score.desc())
        .load(conn)
}
