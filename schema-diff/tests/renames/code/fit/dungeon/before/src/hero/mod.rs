pub mod bag;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;

use crate::schema::heroes;

#[derive(Clone, Copy, Debug, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::schema::sql_types::HeroClass"]
pub enum HeroClass {
    Warrior,
    Mage,
    Thief,
    Priest,
}

impl HeroClass {
    fn base(self) -> (i32, i32) {
        match self {
            HeroClass::Warrior => (120, 10),
            HeroClass::Mage => (60, 100),
            HeroClass::Thief => (80, 30),
            HeroClass::Priest => (70, 80),
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = heroes)]
pub struct Hero {
    pub id: i64,
    pub player_id: i64,
    pub nickname: String,
    pub class: HeroClass,
    pub lvl: i32,
    pub xp: i64,
    pub hp: i32,
    pub mana: i32,
    pub gold: i64,
    pub pos_x: i32,
    pub pos_y: i32,
    pub guild_id: Option<i64>,
    pub hardcore: bool,
    pub died_at: Option<DateTime<Utc>>,
    pub title: Option<String>,
    pub last_login: Option<DateTime<Utc>>,
}

impl Hero {
    pub fn gain(mut self, xp: i64) -> Self {
        self.xp += xp;
        while self.xp >= i64::from(self.lvl) * 1000 {
            self.xp -= i64::from(self.lvl) * 1000;
            self.lvl += 1;
            let (hp, mana) = self.class.base();
            self.hp = hp + 10 * self.lvl;
            self.mana = mana + 5 * self.lvl;
        }
        self
    }

    pub fn hit(self, damage: i32) -> Self {
        let hp = (self.hp - damage).max(0);
        match (hp, self.hardcore) {
            (0, true) => Hero { hp, died_at: Some(Utc::now()), ..self },
            (0, false) => {
                let (full, _) = self.class.base();
                Hero { hp: full, pos_x: 0, pos_y: 0, gold: self.gold / 2, ..self }
            }
            _ => Hero { hp, ..self },
        }
    }

    pub fn call(&self) -> String {
        let Hero { nickname, title, lvl, .. } = self;
        match title {
            Some(title) => format!("{nickname}, {title} ({lvl})"),
            None => format!("{nickname} ({lvl})"),
        }
    }
}

pub fn create(conn: &mut PgConnection, player: i64, name: &str, class: HeroClass, hardcore: bool) -> QueryResult<Hero> {
    let (hp, mana) = class.base();
    diesel::insert_into(heroes::table)
        .values((
            heroes::player_id.eq(player),
            heroes::nickname.eq(name),
            heroes::class.eq(class),
            heroes::lvl.eq(1),
            heroes::xp.eq(0),
            heroes::hp.eq(hp),
            heroes::mana.eq(mana),
            heroes::gold.eq(50),
            heroes::pos_x.eq(0),
            heroes::pos_y.eq(0),
            heroes::hardcore.eq(hardcore),
        ))
        .returning(Hero::as_returning())
        .get_result(conn)
}

pub fn save(conn: &mut PgConnection, hero: &Hero) -> QueryResult<usize> {
    diesel::update(hero).set(hero).execute(conn)
}

pub fn alive(conn: &mut PgConnection, player: i64) -> QueryResult<Vec<Hero>> {
    heroes::table
        .filter(heroes::player_id.eq(player))
        .filter(heroes::died_at.is_null())
        .order((heroes::last_login.desc(), heroes::lvl.desc()))
        .select(Hero::as_select())
        .load(conn)
}

pub fn reward(conn: &mut PgConnection, hero: i64, gold: i64) -> QueryResult<i64> {
    bump!(conn, heroes::gold, hero, gold)
}
