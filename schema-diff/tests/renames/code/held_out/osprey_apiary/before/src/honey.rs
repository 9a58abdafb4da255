use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::{Double, Integer, Text};

use crate::models::Harvest;
use crate::schema::{colonies, harvests};

#[derive(Debug, QueryableByName)]
pub struct YardTotal {
    #[diesel(sql_type = Integer)]
    pub apiary_id: i32,
    #[diesel(sql_type = Double)]
    pub kilos: f64,
}

pub fn totals(conn: &mut PgConnection, year: i32) -> QueryResult<Vec<YardTotal>> {
    diesel::sql_query(
        "SELECT c.apiary_id, SUM(h.net_kg) AS kilos \
         FROM harvests h JOIN colonies c ON c.id = h.colony_id \
         WHERE EXTRACT(YEAR FROM h.taken_on) = $1 \
         GROUP BY c.apiary_id ORDER BY kilos DESC",
    )
    .bind::<Integer, _>(year)
    .load(conn)
}

pub fn wet_batches(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<f64>)>> {
    harvests::table
        .filter(harvests::moisture.gt(20.0))
        .select((harvests::batch, harvests::moisture))
        .distinct()
        .load(conn)
}

pub fn extract(
    conn: &mut PgConnection,
    colony: i32,
    day: chrono::NaiveDate,
    weights: (f64, f64),
    source: Option<&str>,
) -> QueryResult<Harvest> {
    let (gross, net) = weights;
    let no = diesel::select(diesel::dsl::sql::<Text>("'B' || nextval('batch_seq')")).get_result::<String>(conn)?;
    diesel::insert_into(harvests::table)
        .values((
            harvests::colony_id.eq(colony),
            harvests::taken_on.eq(day),
            harvests::gross_kg.eq(gross),
            harvests::net_kg.eq(net),
            harvests::floral_source.eq(source),
            harvests::batch.eq(no),
            harvests::jar_count.eq((net / 0.454).floor() as i32),
        ))
        .get_result(conn)
}

pub fn labels_for(conn: &mut PgConnection, lot: &str) -> QueryResult<Vec<(String, Option<String>, i32)>> {
    harvests::table
        .inner_join(colonies::table)
        .filter(harvests::batch.eq(lot))
        .select((colonies::label, harvests::floral_source, harvests::jar_count))
        .load(conn)
}

pub fn wax_loss(h: &Harvest) -> f64 {
    (h.gross_kg - h.net_kg) / h.gross_kg
}
