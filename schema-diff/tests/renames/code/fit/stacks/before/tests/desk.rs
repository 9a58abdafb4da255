mod fixtures;

use chrono::NaiveDate;
use diesel::prelude::*;
use stacks::lending::{self, Refusal};
use stacks::members;
use stacks::opac::{self, Query};
use stacks::schema::{copies, loans};

fn day(d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 3, d).unwrap()
}

#[test]
fn lend_and_give_back() {
    let c = &mut fixtures::conn();
    fixtures::emma(c);
    let tom = fixtures::reader(c);
    let copy: i32 = copies::table.select(copies::id).first(c).unwrap();
    let loan = lending::lend(c, copy, tom.id, day(1), "ida").unwrap().unwrap();
    assert_eq!(loan.due, day(29));
    assert_eq!(lending::give_back(c, "C-1", day(9)).unwrap(), 1);
    let back: Option<NaiveDate> = loans::table.find(loan.id).select(loans::back).first(c).unwrap();
    assert_eq!(back, Some(day(9)));
}

#[test]
fn an_expired_card_lends_nothing() {
    let c = &mut fixtures::conn();
    fixtures::emma(c);
    let tom = fixtures::reader(c);
    members::extend(c, tom.id, day(1)).unwrap();
    let copy: i32 = copies::table.select(copies::id).first(c).unwrap();
    assert_eq!(lending::lend(c, copy, tom.id, day(2), "ida").unwrap().unwrap_err(), Refusal::CardExpired);
}

#[test]
fn search_by_class() {
    let c = &mut fixtures::conn();
    let emma = fixtures::emma(c);
    let found = opac::search(c, Query { class: Some("823"), ..Query::default() }).unwrap();
    assert_eq!(found, vec![emma]);
}

#[test]
fn students_pay_less() {
    let c = &mut fixtures::conn();
    let tom = fixtures::reader(c);
    assert_eq!(members::fee_cents(&tom, day(1)), 600);
}
