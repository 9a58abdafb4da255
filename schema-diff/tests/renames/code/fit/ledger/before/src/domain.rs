use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::enums::{EntrySide, TransferState};
use crate::schema::{accounts, entries, holders, statements, transfers};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = holders)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Holder {
    pub id: Uuid,
    pub legal_name: String,
    pub tax_no: Option<String>,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub risk: i16,
    pub kyc_done: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Insertable, Associations)]
#[diesel(table_name = accounts)]
#[diesel(belongs_to(Holder))]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Account {
    pub id: Uuid,
    pub holder_id: Uuid,
    pub number: String,
    pub currency: String,
    pub balance: BigDecimal,
    pub overdraft: BigDecimal,
    pub nickname: Option<String>,
    pub closed: bool,
    pub opened_on: NaiveDate,
}

impl Account {
    pub fn available(&self) -> BigDecimal {
        &self.balance + &self.overdraft
    }

    pub fn title(&self) -> &str {
        self.nickname.as_deref().unwrap_or(&self.number)
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = transfers)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Transfer {
    pub id: Uuid,
    pub reference: String,
    pub state: TransferState,
    pub reason: Option<String>,
    pub initiated_by: Option<Uuid>,
    pub fee: BigDecimal,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = entries)]
pub struct NewEntry {
    pub transfer_id: Uuid,
    pub account_id: Uuid,
    pub side: EntrySide,
    pub amount: BigDecimal,
    pub memo: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = entries)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Entry {
    pub id: i64,
    pub side: EntrySide,
    pub amount: BigDecimal,
    pub memo: Option<String>,
    pub posted_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = statements)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Statement {
    pub account_id: Uuid,
    pub from_date: NaiveDate,
    pub to_date: NaiveDate,
    pub opening: BigDecimal,
    pub closing: BigDecimal,
    pub pdf_path: Option<String>,
}
