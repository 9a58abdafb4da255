use diesel::prelude::*;

use crate::models::Depot;
use crate::schema::depots::dsl::*;

pub fn all(conn: &mut PgConnection) -> QueryResult<Vec<Depot>> {
    depots.order(code.asc()).load(conn)
}

pub fn near(conn: &mut PgConnection, point: (f64, f64), delta: f64) -> QueryResult<Vec<Depot>> {
    depots
        .filter(lat.between(point.0 - delta, point.0 + delta))
        .filter(lng.between(point.1 - delta, point.1 + delta))
        .load(conn)
}

pub fn open(
    conn: &mut PgConnection,
    short: &str,
    name: &str,
    address: (&str, &str, &str),
    point: (f64, f64),
) -> QueryResult<Depot> {
    diesel::insert_into(depots)
        .values((
            code.eq(short),
            title.eq(name),
            street.eq(address.0),
            town.eq(address.1),
            zip.eq(address.2),
            lat.eq(point.0),
            lng.eq(point.1),
        ))
        .get_result(conn)
}

pub fn set_fax(conn: &mut PgConnection, depot: i32, number: Option<&str>) -> QueryResult<usize> {
    diesel::update(depots.find(depot)).set(fax.eq(number)).execute(conn)
}
