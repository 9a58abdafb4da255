use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use ledger::domain::{Account, Holder};
use uuid::Uuid;

pub fn holder() -> Holder {
    Holder {
        id: Uuid::new_v4(),
        legal_name: "Ada Example".into(),
        tax_no: Some("12/345/67890".into()),
        phone: None,
        fax: None,
        risk: 2,
        kyc_done: true,
    }
}

pub fn account(holder: &Holder, number: &str, balance: i64) -> Account {
    Account {
        id: Uuid::new_v4(),
        holder_id: holder.id,
        number: number.into(),
        currency: "EUR".into(),
        balance: BigDecimal::from(balance),
        overdraft: BigDecimal::from(0),
        nickname: None,
        closed: false,
        opened_on: NaiveDate::from_ymd_opt(2024, 1, 2).unwrap(),
    }
}
