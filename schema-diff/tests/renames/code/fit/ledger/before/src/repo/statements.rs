use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::Statement;
use crate::schema::statements;

pub struct PgStatements<'c> {
    pub conn: &'c mut PgConnection,
}

impl PgStatements<'_> {
    pub fn save(&mut self, statement: &Statement) -> QueryResult<i64> {
        diesel::insert_into(statements::table)
            .values((statement, statements::sent.eq(false)))
            .returning(statements::id)
            .get_result(self.conn)
    }

    pub fn last_closing(&mut self, account: Uuid) -> QueryResult<Option<(NaiveDate, BigDecimal)>> {
        statements::table
            .filter(statements::account_id.eq(account))
            .order(statements::to_date.desc())
            .select((statements::to_date, statements::closing))
            .first(self.conn)
            .optional()
    }

    pub fn unsent(&mut self) -> QueryResult<Vec<(i64, Option<String>)>> {
        statements::table
            .filter(statements::sent.eq(false))
            .filter(statements::pdf_path.is_not_null())
            .select((statements::id, statements::pdf_path))
            .load(self.conn)
    }

    pub fn mark_sent(&mut self, ids: &[i64]) -> QueryResult<usize> {
        diesel::update(statements::table.filter(statements::id.eq_any(ids)))
            .set(statements::sent.eq(true))
            .execute(self.conn)
    }
}
