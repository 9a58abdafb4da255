use diesel::prelude::*;
use serde_json::json;

use crate::schema::{guilds, heroes};

#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
pub struct Guild {
    pub id: i64,
    pub tag: String,
    pub name: String,
    pub master: i64,
    pub bank: i64,
    pub motd: Option<String>,
    pub emblem: serde_json::Value,
    pub recruiting: bool,
}

pub fn found(conn: &mut PgConnection, tag: &str, name: &str, founder: i64) -> QueryResult<Guild> {
    conn.transaction(|conn| {
        let guild: Guild = diesel::insert_into(guilds::table)
            .values((
                guilds::tag.eq(tag),
                guilds::name.eq(name),
                guilds::master.eq(founder),
                guilds::bank.eq(0),
                guilds::emblem.eq(json!({"shape": "round", "colour": 3})),
                guilds::recruiting.eq(true),
            ))
            .returning(Guild::as_returning())
            .get_result(conn)?;
        join(conn, founder, guild.id)?;
        Ok(guild)
    })
}

pub fn join(conn: &mut PgConnection, hero: i64, guild: i64) -> QueryResult<usize> {
    diesel::update(heroes::table.find(hero)).set(heroes::guild_id.eq(guild)).execute(conn)
}

pub fn donate(conn: &mut PgConnection, hero: i64, guild: i64, gold: i64) -> QueryResult<i64> {
    conn.transaction(|conn| {
        let _: i64 = bump!(conn, heroes::gold, hero, -gold)?;
        bump!(conn, guilds::bank, guild, gold)
    })
}

pub fn greet(conn: &mut PgConnection, guild: i64, text: &str) -> QueryResult<usize> {
    diesel::update(guilds::table.find(guild)).set(guilds::motd.eq(text)).execute(conn)
}

pub fn open_guilds(conn: &mut PgConnection) -> QueryResult<Vec<(String, String, Option<String>)>> {
    guilds::table
        .filter(guilds::recruiting)
        .select((guilds::tag, guilds::name, guilds::motd))
        .load(conn)
}
