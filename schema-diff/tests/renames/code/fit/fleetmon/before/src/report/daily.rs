use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Date, Double, Int4, Text};

#[derive(Debug, QueryableByName)]
pub struct DayOfSite {
    #[diesel(sql_type = Text)]
    pub label: String,
    #[diesel(sql_type = Text)]
    pub metric: String,
    #[diesel(sql_type = Double)]
    pub low: f64,
    #[diesel(sql_type = Double)]
    pub high: f64,
}

pub fn day_of_site(conn: &mut PgConnection, site: i32, day: NaiveDate) -> QueryResult<Vec<DayOfSite>> {
    sql_query(
        "SELECT s.label, r.metric, min(r.val) AS low, max(r.val) AS high
           FROM readings r
           JOIN devices d ON d.id = r.device_id
           JOIN sites s ON s.id = d.site_id
          WHERE s.id = $1 AND (r.at AT TIME ZONE s.tz)::date = $2 AND r.quality > 50
          GROUP BY s.label, r.metric
          ORDER BY r.metric",
    )
    .bind::<Int4, _>(site)
    .bind::<Date, _>(day)
    .load(conn)
}
