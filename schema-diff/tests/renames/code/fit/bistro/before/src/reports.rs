use axum::extract::State;
use axum::Json;
use diesel::sql_types::{BigInt, Text};
use diesel::QueryableByName;
use diesel_async::RunQueryDsl;
use serde::Serialize;

use crate::error::ApiError;
use crate::Db;

#[derive(QueryableByName, Serialize)]
pub struct WaiterTakings {
    #[diesel(sql_type = Text)]
    pub nick: String,
    #[diesel(sql_type = BigInt)]
    pub turnover: i64,
    #[diesel(sql_type = BigInt)]
    pub tips: i64,
}

pub async fn day(State(db): State<Db>) -> Result<Json<Vec<WaiterTakings>>, ApiError> {
    let mut conn = db.get().await?;
    let rows = diesel::sql_query(
        "SELECT s.nick, \
                SUM(l.qty * l.price)::bigint AS turnover, \
                SUM(DISTINCT o.tip)::bigint AS tips \
         FROM orders o \
         JOIN staff s ON s.id = o.waiter_id \
         JOIN order_lines l ON l.order_id = o.id \
         WHERE o.closed >= current_date \
         GROUP BY s.nick ORDER BY turnover DESC",
    )
    .load::<WaiterTakings>(&mut conn)
    .await?;
    Ok(Json(rows))
}
