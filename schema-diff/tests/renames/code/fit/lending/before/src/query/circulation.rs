use chrono::{Duration, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::PgConnection;

use crate::entities::{Borrower, Copy, Loan};
use crate::schema::{borrowers, copies, loans, works};

setter!(block, borrowers[&str].blocked = bool);
setter!(fine, borrowers[&str].fines = i32);
setter!(prolong_card, borrowers[&str].expires = NaiveDate);

pub fn lend(conn: &mut PgConnection, who: &Borrower, what: &Copy, desk: &str) -> QueryResult<Loan> {
    diesel::insert_into(loans::table)
        .values((
            loans::barcode.eq(&what.barcode),
            loans::card_no.eq(&who.card_no),
            loans::lent.eq(Utc::now()),
            loans::due.eq(Utc::now().date_naive() + Duration::weeks(4)),
            loans::renewals.eq(0),
            loans::desk.eq(desk),
        ))
        .returning(Loan::as_returning())
        .get_result(conn)
}

pub fn take_back(conn: &mut PgConnection, copy: &Copy) -> QueryResult<usize> {
    diesel::update(Loan::belonging_to(copy).filter(loans::back.is_null()))
        .set(loans::back.eq(Utc::now()))
        .execute(conn)
}

pub fn renew(conn: &mut PgConnection, loan: &Loan) -> QueryResult<usize> {
    diesel::update(loan)
        .filter(loans::renewals.lt(3))
        .set((
            loans::renewals.eq(loans::renewals + 1),
            loans::due.eq(loan.due + Duration::weeks(4)),
        ))
        .execute(conn)
}

pub fn out(conn: &mut PgConnection, who: &Borrower) -> QueryResult<Vec<(String, NaiveDate)>> {
    Loan::belonging_to(who)
        .inner_join(copies::table.inner_join(works::table))
        .filter(loans::back.is_null())
        .select((works::title, loans::due))
        .load(conn)
}

/// Who is late and has not been told in the last week.
pub fn late(conn: &mut PgConnection) -> QueryResult<Vec<(Loan, Borrower)>> {
    let last_week = Utc::now().date_naive() - Duration::weeks(1);
    loans::table
        .inner_join(borrowers::table)
        .filter(loans::back.is_null())
        .filter(loans::due.lt(diesel::dsl::today))
        .filter(loans::reminded.is_null().or(loans::reminded.lt(last_week)))
        .filter(borrowers::blocked.eq(false))
        .select((Loan::as_select(), Borrower::as_select()))
        .load(conn)
}

pub fn children_of(conn: &mut PgConnection, card: &str) -> QueryResult<Vec<Borrower>> {
    borrowers::table
        .filter(borrowers::guardian.eq(card))
        .order((borrowers::surname, borrowers::forename))
        .select(Borrower::as_select())
        .load(conn)
}
