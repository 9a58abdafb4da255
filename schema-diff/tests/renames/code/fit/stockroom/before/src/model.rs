use bigdecimal::BigDecimal;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{articles, bins, movements, suppliers};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = articles, primary_key(sku))]
pub struct Article {
    pub sku: String,
    pub descr: String,
    pub uom: String,
    pub min_qty: i32,
    pub max_qty: i32,
    pub purchase_price: BigDecimal,
    pub vat_class: Option<i16>,
    pub hazardous: bool,
    pub type_: String,
    pub supplier_no: Option<i32>,
    pub discontinued: Option<NaiveDate>,
}

/// The form of the article editor. An empty field empties the column.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = articles, treat_none_as_null = true)]
pub struct ArticleForm {
    pub descr: String,
    pub uom: String,
    pub purchase_price: BigDecimal,
    pub vat_class: Option<i16>,
    pub supplier_no: Option<i32>,
    pub discontinued: Option<NaiveDate>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = suppliers, primary_key(no), treat_none_as_null = true)]
pub struct Supplier {
    pub no: i32,
    pub company: String,
    pub contact: Option<String>,
    pub telex: Option<String>,
    pub email: Option<String>,
    pub lead_time: i32,
    pub terms: Option<String>,
    pub rating: Option<i16>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = bins)]
pub struct Bin {
    pub id: i64,
    pub aisle: String,
    pub rack: i32,
    pub shelf: i32,
    pub sku: String,
    pub qty: i32,
    pub reserved: i32,
    pub last_count: Option<NaiveDateTime>,
    pub frozen: bool,
}

impl Bin {
    /// What may still be promised to a person.
    pub fn free(&self) -> i32 {
        if self.frozen {
            0
        } else {
            self.qty - self.reserved
        }
    }

    pub fn address(&self) -> String {
        format!("{}-{:02}-{:02}", self.aisle, self.rack, self.shelf)
    }
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = movements)]
pub struct Movement {
    pub bin_id: i64,
    pub delta: i32,
    pub reason: String,
    pub clerk: String,
    pub doc_ref: Option<String>,
    pub booked: NaiveDateTime,
}

impl Movement {
    pub fn new(bin_id: i64, delta: i32) -> Self {
        Self {
            bin_id,
            delta,
            reason: "correction".into(),
            clerk: String::new(),
            doc_ref: None,
            booked: chrono::Utc::now().naive_utc(),
        }
    }

    pub fn because(mut self, reason: &str) -> Self {
        self.reason = reason.to_owned();
        self
    }

    pub fn by(mut self, clerk: &str) -> Self {
        self.clerk = clerk.to_owned();
        self
    }

    pub fn doc(mut self, number: impl Into<String>) -> Self {
        self.doc_ref = Some(number.into());
        self
    }
}
