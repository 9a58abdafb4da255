pub mod guild;

use diesel::prelude::*;

use crate::schema::heroes;

pub struct Area {
    pub x: std::ops::Range<i32>,
    pub y: std::ops::Range<i32>,
}

pub fn who_is_in(conn: &mut PgConnection, area: &Area) -> QueryResult<Vec<(i64, i32, i32)>> {
    heroes::table
        .filter(heroes::pos_x.ge(area.x.start).and(heroes::pos_x.lt(area.x.end)))
        .filter(heroes::pos_y.ge(area.y.start).and(heroes::pos_y.lt(area.y.end)))
        .select((heroes::id, heroes::pos_x, heroes::pos_y))
        .load(conn)
}

pub fn teleport(conn: &mut PgConnection, hero: i64, (x, y): (i32, i32)) -> QueryResult<usize> {
    diesel::update(heroes::table.find(hero))
        .set((heroes::pos_x.eq(x), heroes::pos_y.eq(y)))
        .execute(conn)
}

pub fn entered(conn: &mut PgConnection, hero: i64) -> QueryResult<usize> {
    diesel::update(heroes::table.find(hero))
        .set(heroes::last_login.eq(diesel::dsl::now))
        .execute(conn)
}
