//! The conservation lab.
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::schema::collection::treatments;

#[derive(Debug, Queryable, Selectable)]
pub struct Treatment {
    pub id: i32,
    pub object_id: i32,
    pub conservator: String,
    pub begun: NaiveDate,
    pub finished: Option<NaiveDate>,
    pub method: String,
    pub reversible: bool,
    pub cost_cents: i64,
}

#[derive(Debug, QueryableByName)]
pub struct Workload {
    #[diesel(sql_type = Text)]
    pub conservator: String,
    #[diesel(sql_type = BigInt)]
    pub open: i64,
    #[diesel(sql_type = BigInt)]
    pub spent: i64,
}

pub fn workload(conn: &mut PgConnection) -> QueryResult<Vec<Workload>> {
    diesel::sql_query(
        r#"SELECT conservator,
                  COUNT(*) FILTER (WHERE finished IS NULL) AS open,
                  COALESCE(SUM(cost_cents), 0)::bigint AS spent
             FROM collection.treatments
            GROUP BY conservator
            ORDER BY 2 DESC"#,
    )
    .load(conn)
}

pub fn begin(conn: &mut PgConnection, object: i32, who: &str, how: &str, on: NaiveDate) -> QueryResult<Treatment> {
    diesel::insert_into(treatments::table)
        .values((
            treatments::object_id.eq(object),
            treatments::conservator.eq(who),
            treatments::begun.eq(on),
            treatments::method.eq(how),
            treatments::reversible.eq(true),
            treatments::cost_cents.eq(0),
        ))
        .returning(Treatment::as_returning())
        .get_result(conn)
}

pub fn close(conn: &mut PgConnection, id: i32, on: NaiveDate, cents: i64) -> QueryResult<usize> {
    diesel::update(treatments::table.find(id))
        .set((treatments::finished.eq(on), treatments::cost_cents.eq(cents)))
        .execute(conn)
}

pub fn irreversible(conn: &mut PgConnection) -> QueryResult<Vec<(i32, String)>> {
    treatments::table
        .filter(treatments::reversible.eq(false))
        .select((treatments::object_id, treatments::method))
        .load(conn)
}
