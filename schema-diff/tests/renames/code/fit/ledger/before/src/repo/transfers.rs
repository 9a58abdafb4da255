use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::{NewEntry, Transfer};
use crate::enums::TransferState;
use crate::schema::{entries, transfers};

pub trait TransferRepo {
    fn create(&mut self, transfer: &Transfer, lines: &[NewEntry]) -> QueryResult<()>;
    fn settle(&mut self, id: Uuid, at: DateTime<Utc>) -> QueryResult<Transfer>;
    fn bounce(&mut self, id: Uuid, why: &str) -> QueryResult<Transfer>;
    fn stuck(&mut self, before: DateTime<Utc>) -> QueryResult<Vec<Transfer>>;
}

pub struct PgTransfers<'c> {
    pub conn: &'c mut PgConnection,
}

impl TransferRepo for PgTransfers<'_> {
    fn create(&mut self, transfer: &Transfer, lines: &[NewEntry]) -> QueryResult<()> {
        diesel::insert_into(transfers::table)
            .values(transfer)
            .execute(self.conn)?;
        diesel::insert_into(entries::table)
            .values(lines)
            .execute(self.conn)?;
        Ok(())
    }

    fn settle(&mut self, id: Uuid, at: DateTime<Utc>) -> QueryResult<Transfer> {
        diesel::update(transfers::table.find(id))
            .set((
                transfers::state.eq(TransferState::Booked),
                transfers::settled_at.eq(at),
            ))
            .returning(Transfer::as_returning())
            .get_result(self.conn)
    }

    fn bounce(&mut self, id: Uuid, why: &str) -> QueryResult<Transfer> {
        diesel::update(transfers::table.find(id))
            .set((
                transfers::state.eq(TransferState::Bounced),
                transfers::reason.eq(why),
            ))
            .returning(Transfer::as_returning())
            .get_result(self.conn)
    }

    fn stuck(&mut self, before: DateTime<Utc>) -> QueryResult<Vec<Transfer>> {
        transfers::table
            .filter(transfers::state.eq(TransferState::Pending))
            .filter(transfers::created_at.lt(before))
            .select(Transfer::as_select())
            .load(self.conn)
    }
}
