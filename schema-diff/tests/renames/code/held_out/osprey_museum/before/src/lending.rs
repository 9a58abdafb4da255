use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::exchange::{loans, partners};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = partners)]
pub struct Partner {
    pub id: i32,
    pub institution: String,
    pub town: String,
    pub contact: Option<String>,
    pub fax: Option<String>,
    pub trusted: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = loans, belongs_to(Partner))]
pub struct Loan {
    pub id: i32,
    pub object_id: i32,
    pub partner_id: i32,
    pub purpose: String,
    pub from_day: NaiveDate,
    pub due_day: NaiveDate,
    pub returned: Option<NaiveDate>,
    pub courier: Option<String>,
    pub facility_report: bool,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = loans)]
pub struct LoanRequest<'a> {
    pub object_id: i32,
    pub partner_id: i32,
    pub purpose: &'a str,
    pub from_day: NaiveDate,
    pub due_day: NaiveDate,
    pub courier: Option<&'a str>,
    pub facility_report: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum LoanError {
    #[error("{0} has sent no facility report")]
    NoReport(String),
    #[error("a loan must end after it starts")]
    Backwards,
    #[error(transparent)]
    Db(#[from] diesel::result::Error),
}

pub fn lend(conn: &mut PgConnection, req: &LoanRequest) -> Result<Loan, LoanError> {
    if req.due_day <= req.from_day {
        return Err(LoanError::Backwards);
    }
    let partner: Partner = partners::table
        .find(req.partner_id)
        .select(Partner::as_select())
        .first(conn)?;
    if !partner.trusted && !req.facility_report {
        return Err(LoanError::NoReport(partner.institution));
    }
    Ok(diesel::insert_into(loans::table)
        .values(req)
        .returning(Loan::as_returning())
        .get_result(conn)?)
}

pub fn overdue(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<(Loan, Partner)>> {
    loans::table
        .inner_join(partners::table)
        .filter(loans::returned.is_null().and(loans::due_day.lt(today)))
        .order(loans::due_day.asc())
        .select((Loan::as_select(), Partner::as_select()))
        .load(conn)
}

pub fn take_back(conn: &mut PgConnection, loan: i32, on: NaiveDate) -> QueryResult<usize> {
    diesel::update(loans::table.find(loan))
        .set(loans::returned.eq(on))
        .execute(conn)
}

pub fn reminder(loan: &Loan, partner: &Partner) -> String {
    let mut letter = format!("To {}, {}\n", partner.institution, partner.town);
    if let Some(person) = &partner.contact {
        letter.push_str(&format!("Attn: {person}\n"));
    }
    if let Some(fax) = &partner.fax {
        letter.push_str(&format!("By fax: {fax}\n"));
    }
    letter.push_str(&format!("Loan {} ({}) was due on {}.\n", loan.id, loan.purpose, loan.due_day));
    if let Some(c) = &loan.courier {
        letter.push_str(&format!("Please return by {c}.\n"));
    }
    letter
}
