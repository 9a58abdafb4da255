//! Hand-written SQL for the accountants.
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};

#[derive(Debug, QueryableByName)]
pub struct Turnover {
    #[diesel(sql_type = Text)]
    pub organiser: String,
    #[diesel(sql_type = BigInt)]
    pub sold: i64,
    #[diesel(sql_type = BigInt)]
    pub cents: i64,
}

#[derive(Debug, QueryableByName)]
pub struct PromoUse {
    #[diesel(sql_type = Nullable<Text>)]
    pub promo: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub uses: i64,
}

pub fn turnover(conn: &mut PgConnection, venue: i64) -> QueryResult<Vec<Turnover>> {
    sql_query(
        "SELECT e.organiser, COUNT(b.id) AS sold, COALESCE(SUM(b.price_paid), 0) AS cents
         FROM events e
         LEFT JOIN bookings b ON b.event_id = e.id AND NOT b.cancelled
         WHERE e.venue_id = $1
         GROUP BY e.organiser
         ORDER BY cents DESC",
    )
    .bind::<BigInt, _>(venue)
    .load(conn)
}

pub fn promo_uses(conn: &mut PgConnection) -> QueryResult<Vec<PromoUse>> {
    sql_query("SELECT promo, COUNT(*) AS uses FROM bookings WHERE promo IS NOT NULL GROUP BY promo")
        .load(conn)
}

pub fn fill_rate(conn: &mut PgConnection) -> QueryResult<Vec<Turnover>> {
    sql_query(
        "SELECT v.name AS organiser, COUNT(t.code) AS sold, v.capacity::bigint AS cents
         FROM venues v
         JOIN seats s ON s.venue_id = v.id
         LEFT JOIN tickets t ON t.seat_id = s.id
         GROUP BY v.id",
    )
    .load(conn)
}
