use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Numeric, Text};

use crate::schema::payments;

#[derive(Debug, Insertable)]
#[diesel(table_name = payments)]
pub struct Booking<'a> {
    pub lease_id: i32,
    pub booked: NaiveDate,
    pub amount: BigDecimal,
    pub purpose: Option<&'a str>,
    pub reminder: i32,
}

pub fn book(conn: &mut PgConnection, all: &[Booking<'_>]) -> QueryResult<usize> {
    diesel::insert_into(payments::table).values(all).execute(conn)
}

#[derive(Debug, QueryableByName)]
pub struct Arrears {
    #[diesel(sql_type = Integer)]
    pub lease: i32,
    #[diesel(sql_type = Text)]
    pub tenant: String,
    #[diesel(sql_type = Numeric)]
    pub missing: BigDecimal,
}

pub fn arrears(conn: &mut PgConnection, months: i32) -> QueryResult<Vec<Arrears>> {
    diesel::sql_query(
        r#"
        SELECT l.id AS lease, t.name AS tenant,
               (l.net_rent + l.extras) * $1 - COALESCE(SUM(p.amount), 0) AS missing
        FROM leases l
        JOIN tenants t ON t.id = l.tenant_id
        LEFT JOIN payments p
               ON p.lease_id = l.id AND p.booked > CURRENT_DATE - $1 * INTERVAL '1 month'
        WHERE l."end" IS NULL
        GROUP BY l.id, t.name
        HAVING (l.net_rent + l.extras) * $1 > COALESCE(SUM(p.amount), 0)
        "#,
    )
    .bind::<Integer, _>(months)
    .load(conn)
}

pub fn last_reminder(conn: &mut PgConnection, lease: i32) -> QueryResult<Option<i32>> {
    payments::table
        .filter(payments::lease_id.eq(lease))
        .select(diesel::dsl::max(payments::reminder))
        .first(conn)
}
