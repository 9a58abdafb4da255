pub mod dunning;

use chrono::{Duration, NaiveDate};
use diesel::prelude::*;

use crate::schema::{copies, loans, members, reservations};

pub const WEEKS: i64 = 4;
pub const MAX_RENEWALS: i16 = 2;

#[derive(Debug, PartialEq)]
pub enum Refusal {
    CardExpired,
    Reserved,
    TooManyRenewals,
}

#[derive(Queryable, Identifiable, Debug, Clone)]
#[diesel(table_name = loans)]
pub struct Loan {
    pub id: i32,
    pub copy_id: i32,
    pub member_id: i32,
    pub out: NaiveDate,
    pub due: NaiveDate,
    pub back: Option<NaiveDate>,
    pub renewals: i16,
    pub fine: Option<bigdecimal::BigDecimal>,
    pub clerk: String,
    pub dunning_level: i16,
}

pub fn lend(
    conn: &mut PgConnection,
    copy: i32,
    member: i32,
    today: NaiveDate,
    by: &str,
) -> QueryResult<Result<Loan, Refusal>> {
    let until: Option<NaiveDate> = members::table.find(member).select(members::until).first(conn)?;
    if until.is_some_and(|day| day < today) {
        return Ok(Err(Refusal::CardExpired));
    }
    let book: i32 = copies::table.find(copy).select(copies::book_id).first(conn)?;
    let waiting: i64 = reservations::table
        .filter(reservations::book_id.eq(book))
        .filter(reservations::member_id.ne(member))
        .filter(reservations::notified.eq(true))
        .count()
        .get_result(conn)?;
    if waiting > 0 {
        return Ok(Err(Refusal::Reserved));
    }
    diesel::insert_into(loans::table)
        .values((
            loans::copy_id.eq(copy),
            loans::member_id.eq(member),
            loans::out.eq(today),
            loans::due.eq(today + Duration::weeks(WEEKS)),
            loans::renewals.eq(0),
            loans::clerk.eq(by),
            loans::dunning_level.eq(0),
        ))
        .get_result(conn)
        .map(Ok)
}

pub fn renew(conn: &mut PgConnection, loan: i32) -> QueryResult<Result<NaiveDate, Refusal>> {
    let (due, renewals): (NaiveDate, i16) = loans::table
        .find(loan)
        .select((loans::due, loans::renewals))
        .first(conn)?;
    if renewals >= MAX_RENEWALS {
        return Ok(Err(Refusal::TooManyRenewals));
    }
    diesel::update(loans::table.find(loan))
        .set((
            loans::due.eq(due + Duration::weeks(WEEKS)),
            loans::renewals.eq(renewals + 1),
        ))
        .returning(loans::due)
        .get_result(conn)
        .map(Ok)
}

pub fn give_back(conn: &mut PgConnection, code: &str, today: NaiveDate) -> QueryResult<usize> {
    let of_copy = copies::table.filter(copies::barcode.eq(code)).select(copies::id);
    diesel::update(loans::table.filter(loans::copy_id.eq_any(of_copy)))
        .filter(loans::back.is_null())
        .set(loans::back.eq(today))
        .execute(conn)
}

pub fn reserve(conn: &mut PgConnection, book: i32, member: i32) -> QueryResult<usize> {
    diesel::insert_into(reservations::table)
        .values((
            reservations::book_id.eq(book),
            reservations::member_id.eq(member),
            reservations::placed.eq(diesel::dsl::now),
            reservations::notified.eq(false),
        ))
        .execute(conn)
}

pub fn next_in_line(conn: &mut PgConnection, book: i32) -> QueryResult<Option<i32>> {
    reservations::table
        .filter(reservations::book_id.eq(book))
        .filter(reservations::notified.eq(false))
        .order(reservations::placed)
        .select(reservations::member_id)
        .first(conn)
        .optional()
}
