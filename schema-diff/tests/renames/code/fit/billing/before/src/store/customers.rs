use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::customers::{self, dsl};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = customers)]
pub struct Customer {
    pub id: Uuid,
    pub org: String,
    pub billing_mail: String,
    pub attn: Option<String>,
    pub country: String,
    pub tax_no: Option<String>,
    pub po_number: Option<String>,
    #[diesel(column_name = stripe_id)]
    pub gateway_id: Option<String>,
    pub balance: i64,
    pub dunning: bool,
}

#[derive(Debug, Clone, Default, Insertable, AsChangeset)]
#[diesel(table_name = customers)]
pub struct Details {
    pub org: String,
    pub billing_mail: String,
    pub attn: Option<String>,
    pub country: String,
    pub tax_no: Option<String>,
    pub po_number: Option<String>,
}

pub fn create(conn: &mut PgConnection, details: Details) -> QueryResult<Customer> {
    diesel::insert_into(dsl::customers)
        .values((details, dsl::balance.eq(0), dsl::dunning.eq(true)))
        .returning(Customer::as_returning())
        .get_result(conn)
}

pub fn update(conn: &mut PgConnection, id: Uuid, details: Details) -> QueryResult<Customer> {
    diesel::update(dsl::customers.find(id))
        .set(details)
        .returning(Customer::as_returning())
        .get_result(conn)
}

pub fn link(conn: &mut PgConnection, id: Uuid, gateway: &str) -> QueryResult<usize> {
    diesel::update(dsl::customers.find(id))
        .set(dsl::stripe_id.eq(gateway))
        .execute(conn)
}

pub fn credit(conn: &mut PgConnection, id: Uuid, cents: i64) -> QueryResult<i64> {
    diesel::update(dsl::customers.find(id))
        .set(dsl::balance.eq(dsl::balance + cents))
        .returning(dsl::balance)
        .get_result(conn)
}

/// Customers are kept for ten years after they left.
pub fn remove(conn: &mut PgConnection, id: Uuid) -> QueryResult<usize> {
    diesel::update(dsl::customers.find(id))
        .set(dsl::deleted_at.eq(diesel::dsl::now))
        .execute(conn)
}

/// Reverse charge applies abroad if there is a number.
pub fn is_reverse_charge(customer: &Customer, home: &str) -> bool {
    customer.country != home && customer.tax_no.is_some()
}

/// The lines of the address block of an invoice.
pub fn address_block(Customer { org, attn, po_number, country, .. }: &Customer) -> String {
    let mut block = org.clone();
    if let Some(attn) = attn {
        block += &format!("\nattn. {attn}");
    }
    if let Some(po) = po_number {
        block += &format!("\nyour order {po}");
    }
    block + "\n" + country
}
