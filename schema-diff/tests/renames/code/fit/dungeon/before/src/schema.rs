// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "hero_class"))]
    pub struct HeroClass;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "rarity"))]
    pub struct Rarity;
}

diesel::table! {
    guilds (id) {
        id -> Int8,
        tag -> Varchar,
        name -> Varchar,
        master -> Int8,
        bank -> Int8,
        motd -> Nullable<Text>,
        emblem -> Jsonb,
        recruiting -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::HeroClass;

    heroes (id) {
        id -> Int8,
        player_id -> Int8,
        nickname -> Varchar,
        class -> HeroClass,
        lvl -> Int4,
        xp -> Int8,
        hp -> Int4,
        mana -> Int4,
        gold -> Int8,
        pos_x -> Int4,
        pos_y -> Int4,
        guild_id -> Nullable<Int8>,
        hardcore -> Bool,
        died_at -> Nullable<Timestamptz>,
        title -> Nullable<Varchar>,
        last_login -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Rarity;

    items (id) {
        id -> Int8,
        hero_id -> Nullable<Int8>,
        proto -> Varchar,
        rarity -> Rarity,
        qty -> Int4,
        slot -> Nullable<Int2>,
        durability -> Int4,
        mods -> Jsonb,
        soulbound -> Bool,
    }
}

diesel::table! {
    leaderboard (season, hero_id) {
        season -> Int4,
        hero_id -> Int8,
        score -> Int8,
        rank -> Nullable<Int4>,
        region -> Varchar,
    }
}

diesel::table! {
    matches (id) {
        id -> Int8,
        arena -> Varchar,
        winner -> Nullable<Int8>,
        loser -> Nullable<Int8>,
        secs -> Int4,
        replay -> Nullable<Bytea>,
        elo_delta -> Int4,
        played_at -> Timestamptz,
    }
}

diesel::table! {
    players (id) {
        id -> Int8,
        steam_id -> Varchar,
        locale -> Varchar,
        coins -> Int8,
        banned -> Bool,
        ban_note -> Nullable<Text>,
        elo -> Int4,
        referral -> Nullable<Varchar>,
        tos_ok -> Bool,
    }
}

diesel::joinable!(heroes -> guilds (guild_id));
diesel::joinable!(heroes -> players (player_id));
diesel::joinable!(items -> heroes (hero_id));
diesel::joinable!(leaderboard -> heroes (hero_id));

diesel::allow_tables_to_appear_in_same_query!(
    guilds,
    heroes,
    items,
    leaderboard,
    matches,
    players,
);
