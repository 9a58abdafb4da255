use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};

use crate::schema::sites;

#[derive(Debug, QueryableByName)]
pub struct Weak {
    #[diesel(sql_type = Text)]
    pub serial: String,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub batt: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    pub fw: Option<String>,
}

#[derive(Debug, QueryableByName)]
pub struct Noisy {
    #[diesel(sql_type = Text)]
    pub model: String,
    #[diesel(sql_type = BigInt)]
    pub alarms: i64,
}

pub fn weak_batteries(conn: &mut PgConnection, below: i16) -> QueryResult<Vec<Weak>> {
    sql_query("SELECT serial, batt, fw FROM devices WHERE NOT retired AND batt < $1 ORDER BY batt")
        .bind::<SmallInt, _>(below)
        .load(conn)
}

pub fn noisy_models(conn: &mut PgConnection) -> QueryResult<Vec<Noisy>> {
    sql_query(
        "SELECT d.model, count(*) AS alarms FROM alarms a JOIN devices d ON d.id = a.device_id \
         WHERE a.raised > now() - interval '30 days' AND NOT a.muted GROUP BY d.model",
    )
    .load(conn)
}

/// Readings in an hour, per square metre, make no sense for a site without an area.
pub fn measurable_sites(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<f64>, Option<String>)>> {
    sites::table
        .filter(sites::floor_area.gt(0.0))
        .order(sites::label)
        .select((sites::label, sites::floor_area, sites::manager))
        .load(conn)
}
