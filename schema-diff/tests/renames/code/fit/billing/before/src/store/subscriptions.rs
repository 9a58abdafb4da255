use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::Cycle;
use crate::schema::{customers, subscriptions};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = subscriptions)]
pub struct Subscription {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub plan: String,
    pub seats: i32,
    pub cycle: Cycle,
    pub unit_amount: i64,
    pub trial_end: Option<NaiveDate>,
    pub renews: NaiveDate,
    pub ends: Option<NaiveDate>,
    pub coupon: Option<String>,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = subscriptions)]
pub struct Order {
    pub customer_id: Uuid,
    pub plan: String,
    pub seats: i32,
    pub cycle: Cycle,
    pub unit_amount: i64,
    pub trial_end: Option<NaiveDate>,
    pub renews: NaiveDate,
    pub coupon: Option<String>,
}

impl Order {
    pub fn trial(self, until: NaiveDate) -> Self {
        Self { trial_end: Some(until), renews: until, ..self }
    }
}

pub fn start(conn: &mut PgConnection, order: &Order) -> QueryResult<Subscription> {
    diesel::insert_into(subscriptions::table)
        .values(order)
        .returning(Subscription::as_returning())
        .get_result(conn)
}

/// Subscriptions to be billed on a day: not ended, not in trial.
pub fn renewing(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Subscription>> {
    subscriptions::table
        .inner_join(customers::table)
        .filter(customers::deleted_at.is_null())
        .filter(subscriptions::renews.le(day))
        .filter(subscriptions::ends.is_null().or(subscriptions::ends.gt(day)))
        .filter(subscriptions::trial_end.is_null().or(subscriptions::trial_end.le(day)))
        .select(Subscription::as_select())
        .load(conn)
}

pub fn renewed(conn: &mut PgConnection, subscription: &Subscription) -> QueryResult<usize> {
    diesel::update(subscription)
        .set(subscriptions::renews.eq(subscription.cycle.next(subscription.renews)))
        .execute(conn)
}

pub fn cancel(conn: &mut PgConnection, subscription: &Subscription) -> QueryResult<usize> {
    diesel::update(subscription)
        .set(subscriptions::ends.eq(subscription.renews))
        .execute(conn)
}

pub fn resize(conn: &mut PgConnection, subscription: &Subscription, to: i32) -> QueryResult<usize> {
    diesel::update(subscription).set(subscriptions::seats.eq(to)).execute(conn)
}

pub fn price(Subscription { seats, unit_amount, coupon, .. }: &Subscription) -> i64 {
    let full = i64::from(*seats) * unit_amount;
    match coupon.as_deref() {
        Some("HALF") => full / 2,
        Some("EDU") => full * 7 / 10,
        _ => full,
    }
}
