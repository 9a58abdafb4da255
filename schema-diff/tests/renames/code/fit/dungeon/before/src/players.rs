use diesel::prelude::*;

use crate::schema::players;

#[derive(Clone, Debug, Default, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = players, treat_none_as_null = true)]
pub struct Player {
    pub id: i64,
    pub steam_id: String,
    pub locale: String,
    pub coins: i64,
    pub banned: bool,
    pub ban_note: Option<String>,
    pub elo: i32,
    pub referral: Option<String>,
    pub tos_ok: bool,
}

pub fn login(conn: &mut PgConnection, steam: &str, lang: &str) -> QueryResult<Player> {
    diesel::insert_into(players::table)
        .values((
            players::steam_id.eq(steam),
            players::locale.eq(lang),
            players::coins.eq(0),
            players::banned.eq(false),
            players::elo.eq(1000),
            players::tos_ok.eq(false),
        ))
        .on_conflict(players::steam_id)
        .do_update()
        .set(players::locale.eq(diesel::upsert::excluded(players::locale)))
        .returning(Player::as_returning())
        .get_result(conn)
}

pub fn store(conn: &mut PgConnection, player: &Player) -> QueryResult<usize> {
    diesel::update(players::table.find(player.id)).set(player).execute(conn)
}

pub fn ban(player: Player, why: &str) -> Player {
    Player { banned: true, ban_note: Some(why.to_string()), ..player }
}

pub fn pardon(player: Player) -> Player {
    Player { banned: false, ban_note: None, ..player }
}

pub fn buy_coins(conn: &mut PgConnection, player: i64, coins: i64) -> QueryResult<i64> {
    bump!(conn, players::coins, player, coins)
}

pub fn referred_by(conn: &mut PgConnection, code: &str) -> QueryResult<i64> {
    players::table.filter(players::referral.eq(code)).count().get_result(conn)
}

pub fn accept_terms(conn: &mut PgConnection, player: i64) -> QueryResult<usize> {
    diesel::update(players::table.find(player)).set(players::tos_ok.eq(true)).execute(conn)
}
