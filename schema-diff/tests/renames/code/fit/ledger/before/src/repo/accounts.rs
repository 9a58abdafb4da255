use bigdecimal::BigDecimal;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::{Account, Entry};
use crate::schema::{accounts, entries};

pub trait AccountRepo {
    fn get(&mut self, id: Uuid) -> QueryResult<Account>;
    fn by_number(&mut self, number: &str) -> QueryResult<Option<Account>>;
    fn shift_balance(&mut self, id: Uuid, by: &BigDecimal) -> QueryResult<usize>;
    fn close(&mut self, id: Uuid) -> QueryResult<usize>;
    fn history(&mut self, id: Uuid, limit: i64) -> QueryResult<Vec<Entry>>;
}

pub struct PgAccounts<'c> {
    pub conn: &'c mut PgConnection,
}

impl AccountRepo for PgAccounts<'_> {
    fn get(&mut self, id: Uuid) -> QueryResult<Account> {
        accounts::table
            .find(id)
            .select(Account::as_select())
            .for_update()
            .first(self.conn)
    }

    fn by_number(&mut self, number: &str) -> QueryResult<Option<Account>> {
        accounts::table
            .filter(accounts::number.eq(number))
            .select(Account::as_select())
            .first(self.conn)
            .optional()
    }

    fn shift_balance(&mut self, id: Uuid, by: &BigDecimal) -> QueryResult<usize> {
        diesel::update(accounts::table.find(id))
            .set(accounts::balance.eq(accounts::balance + by))
            .execute(self.conn)
    }

    fn close(&mut self, id: Uuid) -> QueryResult<usize> {
        diesel::update(accounts::table.find(id))
            .set(accounts::closed.eq(true))
            .execute(self.conn)
    }

    fn history(&mut self, id: Uuid, limit: i64) -> QueryResult<Vec<Entry>> {
        entries::table
            .filter(entries::account_id.eq(id))
            .order(entries::posted_at.desc())
            .limit(limit)
            .select(Entry::as_select())
            .load(self.conn)
    }
}
