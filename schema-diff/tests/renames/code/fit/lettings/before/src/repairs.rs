use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{buildings, flats, repairs};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Urgency"]
pub enum Urgency {
    Low,
    Normal,
    Emergency,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = repairs)]
pub struct Repair {
    pub id: i32,
    pub flat_id: i32,
    pub reported: DateTime<Utc>,
    pub urgency: Urgency,
    pub what: String,
    pub craftsman: Option<String>,
    pub cost: Option<BigDecimal>,
    pub resolve_reason: Option<String>,
}

pub fn report(conn: &mut PgConnection, flat: i32, text: &str, how: Urgency) -> QueryResult<i32> {
    diesel::insert_into(repairs::table)
        .values((
            repairs::flat_id.eq(flat),
            repairs::what.eq(text),
            repairs::urgency.eq(how),
            repairs::reported.eq(Utc::now()),
            repairs::insured.eq(false),
        ))
        .returning(repairs::id)
        .get_result(conn)
}

pub fn assign(conn: &mut PgConnection, repair: i32, to: &str) -> QueryResult<usize> {
    diesel::update(repairs::table.find(repair))
        .set(repairs::craftsman.eq(to))
        .execute(conn)
}

pub fn resolve(
    conn: &mut PgConnection,
    repair: i32,
    reason: &str,
    paid: Option<BigDecimal>,
) -> QueryResult<usize> {
    diesel::update(repairs::table.find(repair))
        .set((
            repairs::resolve_reason.eq(reason),
            repairs::cost.eq(paid),
        ))
        .execute(conn)
}

/// Open repairs with the person who has the keys.
pub fn open(conn: &mut PgConnection) -> QueryResult<Vec<(Repair, Option<String>)>> {
    repairs::table
        .inner_join(flats::table.inner_join(buildings::table))
        .filter(repairs::resolve_reason.is_null())
        .order((repairs::urgency.desc(), repairs::reported))
        .select((Repair::as_select(), buildings::caretaker))
        .load(conn)
}

pub fn claims(conn: &mut PgConnection) -> QueryResult<Vec<(i32, Option<BigDecimal>)>> {
    repairs::table
        .filter(repairs::insured.eq(true))
        .select((repairs::id, repairs::cost))
        .load(conn)
}
