use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::copies;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[ExistingTypePath = "crate::schema::sql_types::CopyCondition"]
pub enum Condition {
    New,
    Good,
    Worn,
    Unusable,
}

#[derive(Queryable, Selectable, Identifiable, Debug, Clone)]
#[diesel(table_name = copies)]
pub struct Copy {
    pub id: i32,
    pub book_id: i32,
    pub barcode: String,
    pub shelf: String,
    pub condition: Condition,
    pub bought_on: Option<NaiveDate>,
    pub price: Option<BigDecimal>,
    pub lost: bool,
    pub rfid: Option<String>,
}

pub trait CopyStore {
    fn acquire(&mut self, book: i32, code: &str, place: &str, paid: Option<BigDecimal>) -> QueryResult<Copy>;
    fn on_shelf(&mut self, place: &str) -> QueryResult<Vec<Copy>>;
    fn report_lost(&mut self, code: &str) -> QueryResult<usize>;
    fn tag(&mut self, code: &str, chip: &str) -> QueryResult<usize>;
    fn inspect(&mut self, code: &str, found: Condition) -> QueryResult<usize>;
}

impl CopyStore for PgConnection {
    fn acquire(&mut self, book: i32, code: &str, place: &str, paid: Option<BigDecimal>) -> QueryResult<Copy> {
        diesel::insert_into(copies::table)
            .values((
                copies::book_id.eq(book),
                copies::barcode.eq(code),
                copies::shelf.eq(place),
                copies::condition.eq(Condition::New),
                copies::bought_on.eq(diesel::dsl::today),
                copies::price.eq(paid),
                copies::lost.eq(false),
            ))
            .returning(Copy::as_returning())
            .get_result(self)
    }

    fn on_shelf(&mut self, place: &str) -> QueryResult<Vec<Copy>> {
        copies::table
            .filter(copies::shelf.like(format!("{place}%")))
            .filter(copies::lost.eq(false))
            .filter(copies::condition.ne(Condition::Unusable))
            .order((copies::shelf, copies::barcode))
            .select(Copy::as_select())
            .load(self)
    }

    fn report_lost(&mut self, code: &str) -> QueryResult<usize> {
        diesel::update(copies::table.filter(copies::barcode.eq(code)))
            .set(copies::lost.eq(true))
            .execute(self)
    }

    fn tag(&mut self, code: &str, chip: &str) -> QueryResult<usize> {
        diesel::update(copies::table.filter(copies::barcode.eq(code)))
            .set(copies::rfid.eq(chip))
            .execute(self)
    }

    fn inspect(&mut self, code: &str, found: Condition) -> QueryResult<usize> {
        diesel::update(copies::table.filter(copies::barcode.eq(code)))
            .set(copies::condition.eq(found))
            .execute(self)
    }
}
