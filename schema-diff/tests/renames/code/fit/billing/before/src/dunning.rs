//! The nightly run over what is overdue.

use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::domain::InvoiceState;
use crate::schema::{customers, invoices};
use crate::store::invoices::{overdue, Invoice};

#[derive(Debug, PartialEq)]
pub enum Step {
    Remind { to: String, level: i16 },
    GiveUp,
    Skip,
}

pub fn step(conn: &mut PgConnection, invoice: &Invoice) -> QueryResult<Step> {
    let (mail, wanted): (String, bool) = customers::table
        .find(invoice.customer_id)
        .select((customers::billing_mail, customers::dunning))
        .first(conn)?;
    Ok(match invoice.attempts {
        _ if !wanted => Step::Skip,
        level @ 0..=2 => Step::Remind { to: mail, level: level + 1 },
        _ => Step::GiveUp,
    })
}

pub fn run(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Step>> {
    let mut steps = Vec::new();
    for invoice in overdue(conn, day)? {
        let step = step(conn, &invoice)?;
        match &step {
            Step::Remind { level, .. } => {
                diesel::update(&invoice).set(invoices::attempts.eq(level)).execute(conn)?;
            }
            Step::GiveUp => {
                diesel::update(&invoice)
                    .set((
                        invoices::state.eq(InvoiceState::Uncollectible),
                        invoices::memo.eq("three reminders without an answer"),
                    ))
                    .execute(conn)?;
            }
            Step::Skip => {}
        }
        steps.push(step);
    }
    Ok(steps)
}
