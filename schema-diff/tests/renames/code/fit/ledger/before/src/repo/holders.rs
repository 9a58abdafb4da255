use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::Holder;
use crate::schema::holders;

pub trait HolderRepo {
    fn insert(&mut self, holder: &Holder) -> QueryResult<usize>;
    fn get(&mut self, id: Uuid) -> QueryResult<Holder>;
    fn identify(&mut self, id: Uuid, tax_no: &str) -> QueryResult<usize>;
    fn risky(&mut self, at_least: i16) -> QueryResult<Vec<Holder>>;
}

pub struct PgHolders<'c> {
    pub conn: &'c mut PgConnection,
}

#[derive(AsChangeset)]
#[diesel(table_name = holders)]
struct Identification<'a> {
    tax_no: Option<&'a str>,
    kyc_done: bool,
}

#[derive(AsChangeset)]
#[diesel(table_name = holders)]
#[diesel(treat_none_as_null = true)]
pub struct ContactData<'a> {
    pub phone: Option<&'a str>,
    pub fax: Option<&'a str>,
}

impl PgHolders<'_> {
    pub fn update_contact(&mut self, id: Uuid, contact: &ContactData<'_>) -> QueryResult<usize> {
        diesel::update(holders::table.find(id))
            .set(contact)
            .execute(self.conn)
    }
}

impl HolderRepo for PgHolders<'_> {
    fn insert(&mut self, holder: &Holder) -> QueryResult<usize> {
        diesel::insert_into(holders::table)
            .values(holder)
            .execute(self.conn)
    }

    fn get(&mut self, id: Uuid) -> QueryResult<Holder> {
        holders::table
            .find(id)
            .select(Holder::as_select())
            .first(self.conn)
    }

    fn identify(&mut self, id: Uuid, tax_no: &str) -> QueryResult<usize> {
        diesel::update(holders::table.find(id))
            .set(&Identification {
                tax_no: Some(tax_no),
                kyc_done: true,
            })
            .execute(self.conn)
    }

    fn risky(&mut self, at_least: i16) -> QueryResult<Vec<Holder>> {
        holders::table
            .filter(holders::risk.ge(at_least))
            .order((holders::risk.desc(), holders::legal_name))
            .select(Holder::as_select())
            .load(self.conn)
    }
}
