use chrono::NaiveDate;
use diesel::dsl::sum;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::models::Harvest;
use crate::schema::harvests;

pub struct SeasonTotals {
    pub kilos: f64,
    pub jars: i64,
}

pub async fn totals(conn: &mut AsyncPgConnection, from: NaiveDate, to: NaiveDate) -> QueryResult<SeasonTotals> {
    let (kilos, jars): (Option<f64>, Option<i64>) = harvests::table
        .filter(harvests::taken_on.between(from, to))
        .select((sum(harvests::weight_kg), sum(harvests::jar_count)))
        .first(conn)
        .await?;
    Ok(SeasonTotals {
        kilos: kilos.unwrap_or(0.0),
        jars: jars.unwrap_or(0),
    })
}

pub async fn too_wet(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Harvest>> {
    harvests::table
        .filter(harvests::moisure_pct.gt(18.5))
        .order(harvests::batch_tag.asc())
        .select(Harvest::as_select())
        .load(conn)
        .await
}

pub async fn bottle(conn: &mut AsyncPgConnection, harvest: i64, jars: i32, tag: &str) -> QueryResult<usize> {
    diesel::update(harvests::table.find(harvest))
        .set((harvests::jar_count.eq(harvests::jar_count + jars), harvests::batch_tag.eq(tag)))
        .execute(conn)
        .await
}
