use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::subscriptions::{price, Subscription};
use crate::domain::{InvoiceState, Totals};
use crate::schema::{invoice_lines as lines, invoices};

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = invoices)]
pub struct Invoice {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub serial: Option<String>,
    pub state: InvoiceState,
    pub net: i64,
    pub tax: i64,
    pub gross: i64,
    pub due: Option<NaiveDate>,
    pub memo: Option<String>,
    pub pdf: Option<String>,
    pub attempts: i16,
}

#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = lines)]
pub struct Line {
    pub invoice_id: Uuid,
    pub pos: i16,
    pub text: String,
    pub qty: i32,
    pub amount: i64,
    pub vat_rate: i16,
}

pub fn draft(conn: &mut PgConnection, of: &Subscription, rate: i16) -> QueryResult<Invoice> {
    let totals = Totals::default().add(price(of), rate);
    conn.transaction(|conn| {
        let invoice: Invoice = diesel::insert_into(invoices::table)
            .values((
                invoices::customer_id.eq(of.customer_id),
                invoices::state.eq(InvoiceState::Draft),
                invoices::net.eq(totals.net),
                invoices::tax.eq(totals.tax),
                invoices::gross.eq(totals.gross()),
                invoices::attempts.eq(0),
            ))
            .returning(Invoice::as_returning())
            .get_result(conn)?;
        let line = Line {
            invoice_id: invoice.id,
            pos: 1,
            text: format!("Plan {}", of.plan),
            qty: of.seats,
            amount: totals.net,
            vat_rate: rate,
        };
        diesel::insert_into(lines::table).values(&line).execute(conn)?;
        Ok(invoice)
    })
}

pub fn finalize(conn: &mut PgConnection, invoice: &Invoice, number: &str, due: NaiveDate) -> QueryResult<usize> {
    diesel::update(invoice)
        .filter(invoices::state.eq(InvoiceState::Draft))
        .set((
            invoices::state.eq(InvoiceState::Open),
            invoices::serial.eq(number),
            invoices::due.eq(due),
        ))
        .execute(conn)
}

pub fn rendered(conn: &mut PgConnection, invoice: &Invoice, key: &str) -> QueryResult<usize> {
    diesel::update(invoice).set(invoices::pdf.eq(key)).execute(conn)
}

pub fn lines_of(conn: &mut PgConnection, invoice: &Invoice) -> QueryResult<Vec<(String, i32, i64)>> {
    lines::table
        .filter(lines::invoice_id.eq(invoice.id))
        .order(lines::pos)
        .select((lines::text, lines::qty, lines::amount))
        .load(conn)
}

pub fn overdue(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Invoice>> {
    invoices::table
        .filter(invoices::state.eq(InvoiceState::Open))
        .filter(invoices::due.lt(day))
        .select(Invoice::as_select())
        .load(conn)
}
