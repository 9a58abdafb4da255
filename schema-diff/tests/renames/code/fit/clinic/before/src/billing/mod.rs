use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::invoices;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = invoices)]
pub struct Invoice {
    pub id: Uuid,
    pub patient_id: Uuid,
    pub visit_id: Option<Uuid>,
    pub number: String,
    pub amount: i32,
    pub paid: bool,
    pub insurer_ref: Option<String>,
    pub issued_at: DateTime<Utc>,
}

#[derive(Debug, QueryableByName)]
pub struct Debtor {
    #[diesel(sql_type = Text)]
    pub surname: String,
    #[diesel(sql_type = BigInt)]
    pub owed: i64,
}

pub async fn debtors(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Debtor>> {
    diesel::sql_query(
        "SELECT p.surname, SUM(i.amount) AS owed \
         FROM invoices i JOIN patients p ON p.id = i.patient_id \
         WHERE NOT i.paid GROUP BY p.surname ORDER BY owed DESC",
    )
    .load(conn)
    .await
}

pub async fn unpaid(conn: &mut AsyncPgConnection, patient: Uuid) -> QueryResult<Vec<Invoice>> {
    invoices::table
        .filter(invoices::patient_id.eq(patient))
        .filter(invoices::paid.eq(false))
        .select(Invoice::as_select())
        .load(conn)
        .await
}

pub async fn settle(conn: &mut AsyncPgConnection, number: &str, reference: Option<&str>) -> QueryResult<usize> {
    diesel::update(invoices::table.filter(invoices::number.eq(number)))
        .set((invoices::paid.eq(true), invoices::insurer_ref.eq(reference)))
        .execute(conn)
        .await
}
