//! Apiaries and the colonies that stand in them.
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::QueryResult;

use crate::models::{Apiary, Colony, NewApiary, NewColony, Temper};

pub fn open_yards(conn: &mut PgConnection) -> QueryResult<Vec<Apiary>> {
    use crate::schema::apiaries::dsl::*;

    apiaries
        .filter(quarantined.eq(false))
        .order((parish.asc(), title.asc()))
        .load(conn)
}

pub fn found_yard(conn: &mut PgConnection, yard: &NewApiary) -> QueryResult<Apiary> {
    use crate::schema::apiaries::dsl::*;

    diesel::insert_into(apiaries).values(yard).get_result(conn)
}

pub fn phone_list(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<String>, Option<String>)>> {
    use crate::schema::apiaries::dsl::*;

    apiaries
        .select((title, landowner, landowner_phone))
        .filter(landowner.is_not_null())
        .load(conn)
}

pub fn set_quarantine(conn: &mut PgConnection, yard: i32, on: bool) -> QueryResult<usize> {
    use crate::schema::apiaries::dsl::*;

    diesel::update(apiaries.find(yard)).set(quarantined.eq(on)).execute(conn)
}

pub fn free_stands(conn: &mut PgConnection, yard: &Apiary) -> QueryResult<i64> {
    use crate::schema::colonies::dsl::*;

    let standing: i64 = Colony::belonging_to_yard(yard.id).count().get_result(conn)?;
    let weak: i64 = colonies
        .filter(apiary_id.eq(yard.id))
        .filter(lost_on.is_null())
        .filter(frames.lt(5))
        .count()
        .get_result(conn)?;
    log::debug!("{} colonies, {} weak", standing, weak);
    Ok(yard.hive_limit as i64 - standing)
}

impl Colony {
    #[diesel::dsl::auto_type(no_type_alias)]
    pub fn belonging_to_yard(yard: i32) -> _ {
        use crate::schema::colonies::dsl::*;
        colonies.filter(apiary_id.eq(yard)).filter(lost_on.is_null())
    }

    pub fn describe(&self) -> String {
        let queen = match (&self.queen_colour, self.queen_year) {
            (Some(colour), Some(year)) => format!("{colour} queen of {year}"),
            (Some(colour), None) => format!("{colour} queen"),
            (None, Some(year)) => format!("unmarked queen of {year}"),
            (None, None) => "no queen".to_string(),
        };
        format!("{} ({}, {} frames + {} supers): {}", self.label, self.hive_type, self.frames, self.supers, queen)
    }
}

pub fn take_in(conn: &mut PgConnection, swarm: NewColony) -> QueryResult<Colony> {
    use crate::schema::colonies::dsl::*;

    diesel::insert_into(colonies).values(&swarm).get_result(conn)
}

pub fn old_queens(conn: &mut PgConnection, before: i16) -> QueryResult<Vec<(String, Option<i16>)>> {
    use crate::schema::colonies::dsl::*;

    colonies
        .filter(queen_year.lt(before))
        .filter(lost_on.is_null())
        .order(queen_year.asc())
        .select((label, queen_year))
        .load(conn)
}

pub fn gentle_stock(conn: &mut PgConnection) -> QueryResult<Vec<Colony>> {
    use crate::schema::colonies::dsl::*;

    colonies
        .filter(temper.ne(Temper::Stingy))
        .filter(strain.is_not_null())
        .order(aquired_on.desc())
        .load(conn)
}

pub fn add_super(conn: &mut PgConnection, colony: i32) -> QueryResult<i16> {
    use crate::schema::colonies::dsl::*;

    diesel::update(colonies.find(colony))
        .set(supers.eq(supers + 1))
        .returning(supers)
        .get_result(conn)
}
