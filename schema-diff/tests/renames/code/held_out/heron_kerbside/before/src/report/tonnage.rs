use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Double, Text};

#[derive(Debug, QueryableByName)]
pub struct RoundTonnage {
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Double)]
    pub tonnes: f64,
    #[diesel(sql_type = BigInt)]
    pub dirty: i64,
}

pub fn by_round(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<RoundTonnage>> {
    sql_query(
        "SELECT r.code, coalesce(sum(p.kilos), 0)::float8 / 1000 AS tonnes, \
         count(*) FILTER (WHERE p.contaminated) AS dirty \
         FROM rounds r JOIN pickups p ON p.round_id = r.id \
         WHERE p.due_on = $1 GROUP BY r.code ORDER BY r.code",
    )
    .bind::<Date, _>(day)
    .load(conn)
}

#[derive(Debug, QueryableByName)]
pub struct WardShare {
    #[diesel(sql_type = Text)]
    pub ward_code: String,
    #[diesel(sql_type = BigInt)]
    pub households: i64,
}

pub fn wards(conn: &mut PgConnection, kind: &str) -> QueryResult<Vec<WardShare>> {
    sql_query(
        "SELECT a.ward_code, count(DISTINCT a.uprn) AS households FROM addresses a \
         JOIN bins b USING (uprn) WHERE a.ward_code IS NOT NULL AND b.waste_kind = $1 \
         GROUP BY a.ward_code",
    )
    .bind::<Text, _>(kind)
    .load(conn)
}
