use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::leases;

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Serialize)]
pub struct Lease {
    pub id: i32,
    pub flat_id: i32,
    pub tenant_id: i32,
    pub begin: NaiveDate,
    pub end: Option<NaiveDate>,
    pub net_rent: BigDecimal,
    pub extras: BigDecimal,
    pub deposit: BigDecimal,
    pub notice: Option<NaiveDate>,
    pub parking: Option<String>,
    pub indexed: bool,
}

impl Lease {
    pub fn monthly(&self) -> BigDecimal {
        &self.net_rent + &self.extras
    }

    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.begin <= day && self.end.map_or(true, |end| day <= end)
    }
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = leases)]
pub struct LeaseBuilder {
    flat_id: i32,
    tenant_id: i32,
    begin: NaiveDate,
    net_rent: BigDecimal,
    extras: BigDecimal,
    deposit: BigDecimal,
    parking: Option<String>,
    indexed: bool,
}

impl LeaseBuilder {
    pub fn new(flat_id: i32, tenant_id: i32, begin: NaiveDate) -> Self {
        LeaseBuilder {
            flat_id,
            tenant_id,
            begin,
            net_rent: 0.into(),
            extras: 0.into(),
            deposit: 0.into(),
            parking: None,
            indexed: false,
        }
    }

    /// Three net rents are what the law allows as deposit.
    pub fn net_rent(mut self, euros: BigDecimal) -> Self {
        self.deposit = &euros * BigDecimal::from(3);
        self.net_rent = euros;
        self
    }

    pub fn extras(mut self, euros: BigDecimal) -> Self {
        self.extras = euros;
        self
    }

    pub fn parking(mut self, lot: &str) -> Self {
        self.parking = Some(lot.to_owned());
        self
    }

    pub fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }

    pub fn sign(&self, conn: &mut PgConnection) -> QueryResult<Lease> {
        diesel::insert_into(leases::table)
            .values(self)
            .returning(Lease::as_returning())
            .get_result(conn)
    }
}

#[derive(AsChangeset, Identifiable)]
#[diesel(table_name = leases, treat_none_as_null = true)]
pub struct Termination {
    pub id: i32,
    pub notice: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
}

pub fn terminate(conn: &mut PgConnection, t: &Termination) -> QueryResult<Lease> {
    diesel::update(t)
        .set(t)
        .returning(Lease::as_returning())
        .get_result(conn)
}

/// Raises every indexed lease; `percent` is the consumer price index's.
pub fn index_rents(conn: &mut PgConnection, percent: &BigDecimal) -> QueryResult<usize> {
    let factor = BigDecimal::from(1) + percent / BigDecimal::from(100);
    diesel::update(leases::table.filter(leases::indexed.eq(true)))
        .filter(leases::end.is_null())
        .set(leases::net_rent.eq(leases::net_rent * factor))
        .execute(conn)
}
