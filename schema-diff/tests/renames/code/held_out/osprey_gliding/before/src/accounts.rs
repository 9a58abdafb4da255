use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::schema::{flights, gliders, pilots};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = pilots)]
pub struct Pilot {
    pub id: i32,
    pub fullname: String,
    pub licence: Option<String>,
    pub instructor: bool,
    pub balance: i64,
}

#[derive(Debug, QueryableByName)]
struct Due {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Integer)]
    pilot: i32,
    #[diesel(sql_type = BigInt)]
    cents: i64,
}

/// Books everything that has landed and was not charged yet.
pub fn charge_all(conn: &mut PgConnection) -> QueryResult<i64> {
    conn.transaction(|conn| {
        let dues: Vec<Due> = diesel::sql_query(
            "SELECT f.id, f.p1 AS pilot, \
             (EXTRACT(EPOCH FROM f.landing - f.takeoff) / 60 * g.price_min)::bigint AS cents \
             FROM flights f JOIN gliders g ON g.reg = f.glider \
             WHERE NOT f.charged AND f.landing IS NOT NULL",
        )
        .load(conn)?;
        let mut sum = 0;
        for Due { id, pilot, cents } in dues {
            diesel::update(pilots::table.find(pilot))
                .set(pilots::balance.eq(pilots::balance - cents))
                .execute(conn)?;
            diesel::update(flights::table.find(id)).set(flights::charged.eq(true)).execute(conn)?;
            sum += cents;
        }
        Ok(sum)
    })
}

pub fn login(conn: &mut PgConnection, name: &str, secret: &str) -> QueryResult<Option<Pilot>> {
    pilots::table
        .filter(pilots::fullname.eq(name).and(pilots::pin.eq(secret)))
        .select(Pilot::as_select())
        .first(conn)
        .optional()
}

pub fn debtors(conn: &mut PgConnection) -> QueryResult<Vec<(String, i64)>> {
    use diesel::dsl::sql;
    pilots::table
        .filter(pilots::balance.lt(0))
        .select((sql::<Text>("upper(fullname)"), pilots::balance))
        .order(pilots::balance.asc())
        .load(conn)
}

pub fn emergency_card(conn: &mut PgConnection, pilot: i32) -> QueryResult<String> {
    let (name, kin, phone): (String, Option<String>, Option<String>) = pilots::table
        .find(pilot)
        .select((pilots::fullname, pilots::next_of_kin, pilots::kin_phone))
        .first(conn)?;
    Ok(match (kin, phone) {
        (Some(kin), Some(phone)) => format!("{name}: call {kin} at {phone}"),
        (Some(kin), None) => format!("{name}: {kin}, no number"),
        _ => format!("{name}: nobody"),
    })
}

pub fn price_list(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<String>, String, i32)>> {
    gliders::table
        .filter(gliders::grounded.eq(false))
        .order((gliders::hangar_bay.asc(), gliders::reg.asc()))
        .select((gliders::reg, gliders::comp_id, gliders::model, gliders::price_min))
        .load(conn)
}
