use diesel::prelude::*;

use crate::models::{Block, Exposure, NewExposure};
use crate::schema::sky::exposures;

pub fn log(conn: &mut PgConnection, e: &NewExposure<'_>) -> QueryResult<i64> {
    diesel::insert_into(exposures::table).values(e).returning(exposures::id).get_result(conn)
}

pub fn good(conn: &mut PgConnection, b: &Block) -> QueryResult<Vec<Exposure>> {
    Exposure::belonging_to(b)
        .filter(exposures::rejected.eq(false))
        .filter(exposures::airmass.lt(2.0))
        .order(exposures::shutter_at)
        .select(Exposure::as_select())
        .load(conn)
}

pub fn grade(conn: &mut PgConnection, id: i64, mark: i16) -> QueryResult<usize> {
    diesel::update(exposures::table.find(id))
        .set((exposures::grade.eq(mark), exposures::rejected.eq(mark < 3)))
        .execute(conn)
}

pub fn integration(conn: &mut PgConnection, block: i64, band: &str) -> QueryResult<f32> {
    let secs: Vec<f32> = exposures::table
        .filter(exposures::block_id.eq(block).and(exposures::filter_band.eq(band)))
        .select(exposures::secs)
        .load(conn)?;
    Ok(secs.iter().sum())
}
