use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_derive_enum::DbEnum;
use serde_json::Value;

use crate::schema::items;

#[derive(Clone, Copy, Debug, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::Rarity"]
pub enum Rarity {
    Common,
    Rare,
    Epic,
    Unique,
}

#[derive(Clone, Debug, Queryable, Selectable)]
pub struct Item {
    pub id: i64,
    pub hero_id: Option<i64>,
    pub proto: String,
    pub rarity: Rarity,
    pub qty: i32,
    pub slot: Option<i16>,
    pub durability: i32,
    pub mods: Value,
    pub soulbound: bool,
}

pub fn bag(conn: &mut PgConnection, hero: i64) -> QueryResult<Vec<Item>> {
    items::table
        .filter(items::hero_id.eq(hero))
        .order((items::slot.asc().nulls_last(), items::proto.asc()))
        .select(Item::as_select())
        .load(conn)
}

pub fn loot(conn: &mut PgConnection, hero: i64, proto: &str, rarity: Rarity, mods: Value) -> QueryResult<Item> {
    diesel::insert_into(items::table)
        .values((
            items::hero_id.eq(hero),
            items::proto.eq(proto),
            items::rarity.eq(rarity),
            items::qty.eq(1),
            items::durability.eq(100),
            items::mods.eq(mods),
            items::soulbound.eq(rarity == Rarity::Unique),
        ))
        .returning(Item::as_returning())
        .get_result(conn)
}

pub fn wear(conn: &mut PgConnection, item: i64, place: i16) -> QueryResult<usize> {
    diesel::update(items::table.find(item)).set(items::slot.eq(place)).execute(conn)
}

pub fn trade(conn: &mut PgConnection, item: i64, to: i64) -> QueryResult<usize> {
    diesel::update(items::table.find(item).filter(items::soulbound.eq(false)))
        .set((items::hero_id.eq(to), items::slot.eq(None::<i16>)))
        .execute(conn)
}

pub fn worn_out(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    items::table
        .filter(items::durability.le(0))
        .select(sql::<Text>("proto || ' x' || qty"))
        .load(conn)
}

pub fn burning(conn: &mut PgConnection) -> QueryResult<Vec<i64>> {
    items::table
        .filter(sql::<Bool>("mods ? 'fire'"))
        .select(items::id)
        .load(conn)
}
