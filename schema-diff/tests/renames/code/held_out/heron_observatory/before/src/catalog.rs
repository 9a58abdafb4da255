use diesel::prelude::*;

use crate::models::Target;
use crate::schema::sky::targets;

pub fn cone(conn: &mut PgConnection, ra: f64, dec: f64, r: f64) -> QueryResult<Vec<Target>> {
    targets::table
        .filter(targets::ra.between(ra - r, ra + r))
        .filter(targets::dec.between(dec - r, dec + r))
        .select(Target::as_select())
        .load(conn)
}

pub fn brighter_than(conn: &mut PgConnection, mag: f32) -> QueryResult<Vec<(String, Option<f32>)>> {
    targets::table
        .filter(targets::vmag.lt(mag))
        .order(targets::vmag)
        .select((targets::designation, targets::vmag))
        .load(conn)
}

pub fn distance_pc(t: &Target) -> Option<f64> {
    t.parallax.filter(|p| *p > 0.0).map(|p| 1000.0 / p)
}

pub fn add(conn: &mut PgConnection, name: &str, ra: f64, dec: f64, what: &str) -> QueryResult<i32> {
    diesel::insert_into(targets::table)
        .values((
            targets::designation.eq(name),
            targets::ra.eq(ra),
            targets::dec.eq(dec),
            targets::epoch.eq(2000.0),
            targets::kind.eq(what),
        ))
        .returning(targets::id)
        .get_result(conn)
}
