use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;

use crate::models::{Agreement, Borrower, LoanState, Object};
use crate::schema::{agreements, borrowers, objects};

pub fn request(conn: &mut PgConnection, object: i32, borrower: i32, out: NaiveDate, back: NaiveDate) -> QueryResult<Agreement> {
    diesel::insert_into(agreements::table)
        .values((
            agreements::object_id.eq(object),
            agreements::borrower_id.eq(borrower),
            agreements::state.eq(LoanState::Requested),
            agreements::out_on.eq(out),
            agreements::back_on.eq(back),
            agreements::renewals.eq(0),
        ))
        .returning(Agreement::as_returning())
        .get_result(conn)
}

pub fn agree(conn: &mut PgConnection, id: i64, price: BigDecimal, small_print: &str) -> QueryResult<usize> {
    diesel::update(agreements::table.find(id))
        .set((
            agreements::state.eq(LoanState::Agreed),
            agreements::fee.eq(price),
            agreements::terms.eq(small_print),
        ))
        .execute(conn)
}

pub fn hand_over(conn: &mut PgConnection, id: i64, by: &str) -> QueryResult<usize> {
    diesel::update(agreements::table.find(id))
        .set((agreements::state.eq(LoanState::Out), agreements::courier.eq(by)))
        .execute(conn)
}

pub fn extend(conn: &mut PgConnection, a: &Agreement, until: NaiveDate) -> QueryResult<usize> {
    diesel::update(agreements::table.find(a.id))
        .set((agreements::back_on.eq(until), agreements::renewals.eq(a.renewals + 1)))
        .execute(conn)
}

pub fn overdue(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<(Agreement, Object, Borrower)>> {
    agreements::table
        .inner_join(objects::table)
        .inner_join(borrowers::table)
        .filter(agreements::state.eq(LoanState::Out))
        .filter(agreements::back_on.lt(today))
        .select((Agreement::as_select(), Object::as_select(), Borrower::as_select()))
        .load(conn)
}

pub fn fax_sheet(b: &Borrower, a: &Agreement) -> Option<String> {
    let number = b.fax.as_ref()?;
    Some(format!("TO {number}\n{}, {}\nDue back {}", b.institution, b.contact, a.back_on))
}

pub fn trusted_in(conn: &mut PgConnection, land: &str) -> QueryResult<Vec<(String, String)>> {
    borrowers::table
        .filter(borrowers::country.eq(land).and(borrowers::trusted.eq(true)))
        .order(borrowers::institution)
        .select((borrowers::institution, borrowers::mail))
        .load(conn)
}
