use museum::models::{Agreement, Borrower, Object};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectDto {
    pub number: String,
    pub title: String,
    pub artist: Option<String>,
    pub medium: Option<String>,
    pub height: Option<i32>,
    pub width: Option<i32>,
    pub visible: bool,
    pub donor: Option<String>,
}

impl From<Object> for ObjectDto {
    fn from(o: Object) -> Self {
        ObjectDto {
            number: o.accession_no,
            title: o.title,
            artist: o.maker,
            medium: o.material,
            height: o.height_mm,
            width: o.width_mm,
            visible: o.on_display,
            donor: o.donor,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoanDto {
    pub to: String,
    pub from_day: String,
    pub until_day: String,
    pub courier: Option<String>,
    pub terms: Option<String>,
    pub renewals: i16,
}

impl LoanDto {
    pub fn new(a: &Agreement, b: &Borrower) -> Self {
        LoanDto {
            to: format!("{} ({})", b.institution, b.country),
            from_day: a.out_on.to_string(),
            until_day: a.back_on.to_string(),
            courier: a.courier.clone(),
            terms: a.terms.clone(),
            renewals: a.renewals,
        }
    }
}
