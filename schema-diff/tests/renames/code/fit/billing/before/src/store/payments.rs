use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::InvoiceState;
use crate::schema::{invoices, payments};

/// What the webhook of a gateway tells us.
pub struct Receipt<'a> {
    pub gateway: &'a str,
    pub reference: &'a str,
    pub cents: i64,
    pub fee: i64,
}

pub fn record(conn: &mut PgConnection, invoice: Uuid, receipt: Receipt) -> QueryResult<InvoiceState> {
    let Receipt { gateway, reference, cents, fee } = receipt;
    conn.transaction(|conn| {
        diesel::insert_into(payments::table)
            .values((
                payments::invoice_id.eq(invoice),
                payments::gateway.eq(gateway),
                payments::gateway_ref.eq(reference),
                payments::amount.eq(cents),
                payments::fee.eq(fee),
                payments::received.eq(diesel::dsl::now),
            ))
            .on_conflict((payments::gateway, payments::gateway_ref))
            .do_nothing()
            .execute(conn)?;
        settle(conn, invoice)
    })
}

fn settle(conn: &mut PgConnection, invoice: Uuid) -> QueryResult<InvoiceState> {
    let gross: i64 = invoices::table.find(invoice).select(invoices::gross).first(conn)?;
    let paid: Vec<i64> = payments::table
        .filter(payments::invoice_id.eq(invoice))
        .filter(payments::refunded.is_null())
        .select(payments::amount)
        .load(conn)?;
    let state = if paid.iter().sum::<i64>() >= gross { InvoiceState::Paid } else { InvoiceState::Open };
    diesel::update(invoices::table.find(invoice))
        .set(invoices::state.eq(state))
        .returning(invoices::state)
        .get_result(conn)
}

pub fn refund(conn: &mut PgConnection, reference: &str) -> QueryResult<usize> {
    diesel::update(payments::table.filter(payments::gateway_ref.eq(reference)))
        .set(payments::refunded.eq(diesel::dsl::now))
        .execute(conn)
}
