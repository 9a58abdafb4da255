use diesel::prelude::*;

use super::{BinRepo, PgRepo};
use crate::model::{Bin, Movement};
use crate::schema::{bins, movements};

impl BinRepo for PgRepo {
    fn at(&self, aisle: &str, rack: i32, shelf: i32) -> QueryResult<Bin> {
        self.with(|conn| {
            bins::table
                .filter(bins::aisle.eq(aisle))
                .filter(bins::rack.eq(rack))
                .filter(bins::shelf.eq(shelf))
                .select(Bin::as_select())
                .first(conn)
        })
    }

    fn holding(&self, sku: &str) -> QueryResult<Vec<Bin>> {
        self.with(|conn| {
            bins::table
                .filter(bins::sku.eq(sku).and(bins::qty.gt(0)))
                .order((bins::aisle, bins::rack, bins::shelf))
                .select(Bin::as_select())
                .load(conn)
        })
    }

    fn book(&self, movement: &Movement) -> QueryResult<Bin> {
        self.with(|conn| {
            conn.transaction(|conn| {
                diesel::insert_into(movements::table).values(movement).execute(conn)?;
                diesel::update(bins::table.find(movement.bin_id))
                    .set(bins::qty.eq(bins::qty + movement.delta))
                    .returning(Bin::as_returning())
                    .get_result(conn)
            })
        })
    }

    fn reserve(&self, bin: i64, qty: i32) -> QueryResult<usize> {
        self.with(|conn| {
            diesel::update(bins::table.find(bin))
                .filter((bins::qty - bins::reserved).ge(qty))
                .set(bins::reserved.eq(bins::reserved + qty))
                .execute(conn)
        })
    }

    fn counted(&self, bin: i64, qty: i32) -> QueryResult<usize> {
        self.with(|conn| {
            diesel::update(bins::table.find(bin))
                .set((bins::qty.eq(qty), bins::last_count.eq(diesel::dsl::now)))
                .execute(conn)
        })
    }

    fn freeze(&self, bin: i64, on: bool) -> QueryResult<usize> {
        self.with(|conn| diesel::update(bins::table.find(bin)).set(bins::frozen.eq(on)).execute(conn))
    }
}
