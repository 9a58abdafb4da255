use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Double, Text, Timestamptz};

use crate::schema::{devices, readings};

#[derive(Debug, QueryableByName)]
pub struct Bucket {
    #[diesel(sql_type = Timestamptz)]
    pub hour: DateTime<Utc>,
    #[diesel(sql_type = Double)]
    pub mean: f64,
    #[diesel(sql_type = Double)]
    pub peak: f64,
}

pub fn hourly(conn: &mut PgConnection, device: i32, metric: &str) -> QueryResult<Vec<Bucket>> {
    diesel::sql_query(
        "SELECT date_trunc('hour', ts) AS hour, AVG(val) AS mean, MAX(val) AS peak \
         FROM readings \
         WHERE device_id = $1 AND metric = $2 AND quality > 50 \
         GROUP BY 1 ORDER BY 1",
    )
    .bind::<diesel::sql_types::Integer, _>(device)
    .bind::<Text, _>(metric)
    .load(conn)
}

pub fn latest(conn: &mut PgConnection, device: i32) -> QueryResult<Vec<(String, f64)>> {
    readings::table
        .filter(readings::device_id.eq(device))
        .distinct_on(readings::metric)
        .order((readings::metric, readings::ts.desc()))
        .select((readings::metric, readings::val))
        .load(conn)
}

/// The firmware's major version, for the roll-out chart.
pub fn majors(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    devices::table
        .select(sql::<Text>("split_part(fw, '.', 1)"))
        .distinct()
        .load(conn)
}

pub fn raw_field(conn: &mut PgConnection, device: i32, key: &str) -> QueryResult<Vec<String>> {
    readings::table
        .filter(readings::device_id.eq(device))
        .filter(readings::raw.is_not_null())
        .order(readings::ts.desc())
        .limit(100)
        .select(sql::<Text>("coalesce(raw ->> ").bind::<Text, _>(key).sql(", '')"))
        .load(conn)
}
