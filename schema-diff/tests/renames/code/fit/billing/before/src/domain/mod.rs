//! Types without a database. `store` knows how they are kept.

use chrono::{Months, NaiveDate};
use diesel_derive_enum::DbEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::InvoiceState"]
pub enum InvoiceState {
    Draft,
    Open,
    Paid,
    Void,
    Uncollectible,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Cycle"]
pub enum Cycle {
    Monthly,
    Quarterly,
    Yearly,
}

impl Cycle {
    pub fn next(self, from: NaiveDate) -> NaiveDate {
        let months = match self {
            Cycle::Monthly => 1,
            Cycle::Quarterly => 3,
            Cycle::Yearly => 12,
        };
        from + Months::new(months)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub net: i64,
    pub tax: i64,
}

impl Totals {
    pub fn gross(self) -> i64 {
        self.net + self.tax
    }

    pub fn add(self, amount: i64, rate: i16) -> Self {
        Self {
            net: self.net + amount,
            tax: self.tax + amount * i64::from(rate) / 100,
        }
    }
}
