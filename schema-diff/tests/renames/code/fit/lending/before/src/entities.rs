use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::schema::{borrowers, copies, loans, persons, works};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = works)]
pub struct Work {
    pub id: i32,
    pub title: String,
    pub original_title: Option<String>,
    pub author_id: i32,
    pub translator_id: Option<i32>,
    pub dewey: Option<String>,
    pub keywords: Vec<Option<String>>,
    pub abstract_: Option<String>,
    pub year: Option<i16>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = persons)]
pub struct Person {
    pub id: i32,
    pub surname: String,
    pub forename: Option<String>,
    pub born: Option<i16>,
    pub died: Option<i16>,
    pub viaf: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = copies, primary_key(barcode), belongs_to(Work))]
pub struct Copy {
    pub barcode: String,
    pub work_id: i32,
    pub branch: String,
    pub shelfmark: Option<String>,
    pub condition: i16,
    pub price: Option<BigDecimal>,
    pub acquired: NaiveDate,
    pub withdrawn: Option<NaiveDate>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = borrowers, primary_key(card_no))]
pub struct Borrower {
    pub card_no: String,
    pub surname: String,
    pub forename: String,
    pub street: Option<String>,
    pub town: Option<String>,
    pub email: Option<String>,
    pub sms: Option<String>,
    pub expires: NaiveDate,
    pub fines: i32,
    pub blocked: bool,
    pub guardian: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = loans)]
#[diesel(belongs_to(Borrower, foreign_key = card_no))]
#[diesel(belongs_to(Copy, foreign_key = barcode))]
pub struct Loan {
    pub id: i64,
    pub barcode: String,
    pub card_no: String,
    pub lent: DateTime<Utc>,
    pub due: NaiveDate,
    pub back: Option<DateTime<Utc>>,
    pub renewals: i16,
    pub desk: String,
    pub reminded: Option<NaiveDate>,
}
