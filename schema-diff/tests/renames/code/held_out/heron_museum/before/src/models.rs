use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::{agreements, borrowers, checks, objects, rooms};

#[derive(Clone, Copy, Debug, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::LoanState"]
pub enum LoanState {
    Requested,
    Agreed,
    Out,
    Returned,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = objects, belongs_to(Room))]
pub struct Object {
    pub id: i32,
    pub accession_no: String,
    pub title: String,
    pub maker: Option<String>,
    pub made_from: Option<i16>,
    pub made_to: Option<i16>,
    pub material: Option<String>,
    pub height_mm: Option<i32>,
    pub width_mm: Option<i32>,
    pub room_id: Option<i32>,
    pub insured_eur: Option<BigDecimal>,
    pub on_display: bool,
    pub aquired_on: Option<NaiveDate>,
    pub donor: Option<String>,
}

#[derive(Clone, Debug, Default, Insertable)]
#[diesel(table_name = objects)]
pub struct NewObject {
    pub accession_no: String,
    pub title: String,
    pub maker: Option<String>,
    pub made_from: Option<i16>,
    pub made_to: Option<i16>,
    pub material: Option<String>,
    pub height_mm: Option<i32>,
    pub width_mm: Option<i32>,
    pub on_display: bool,
    pub aquired_on: Option<NaiveDate>,
    pub donor: Option<String>,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = rooms)]
pub struct Room {
    pub id: i32,
    pub label: String,
    pub floor: i16,
    pub lux_limit: Option<i32>,
    pub humidity: Option<f32>,
    pub steward: Option<String>,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = checks, belongs_to(Object))]
pub struct Check {
    pub id: i64,
    pub object_id: i32,
    pub checked_on: NaiveDate,
    pub conservator: String,
    pub score: i16,
    pub damage: Option<String>,
    pub treatment: Option<String>,
    pub next_due: Option<NaiveDate>,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = borrowers)]
pub struct Borrower {
    pub id: i32,
    pub institution: String,
    pub contact: String,
    pub mail: String,
    pub fax: Option<String>,
    pub country: String,
    pub trusted: bool,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = agreements, belongs_to(Object), belongs_to(Borrower))]
pub struct Agreement {
    pub id: i64,
    pub object_id: i32,
    pub borrower_id: i32,
    pub state: LoanState,
    pub out_on: NaiveDate,
    pub back_on: NaiveDate,
    pub courier: Option<String>,
    pub fee: Option<BigDecimal>,
    pub terms: Option<String>,
    pub renewals: i16,
}
