use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use crate::models::{Block, Proposal, Target};
use crate::schema::sched::blocks;
use crate::schema::sky::targets;

pub struct Sky {
    pub now: DateTime<Utc>,
    pub seeing: f32,
    pub moon_up: bool,
}

pub fn observable(conn: &mut PgConnection, sky: &Sky) -> QueryResult<Vec<Block>> {
    let mut q = blocks::table
        .filter(blocks::start_utc.le(sky.now))
        .filter(blocks::stop_utc.gt(sky.now))
        .filter(blocks::max_seeing.is_null().or(blocks::max_seeing.ge(sky.seeing)))
        .order((blocks::priority.asc(), blocks::stop_utc.asc()))
        .into_boxed();
    if sky.moon_up {
        q = q.filter(blocks::moon_ok.eq(true));
    }
    q.select(Block::as_select()).load(conn)
}

pub fn with_target(conn: &mut PgConnection, id: i64) -> QueryResult<(Block, Target)> {
    blocks::table
        .inner_join(targets::table.on(targets::id.eq(blocks::target_id)))
        .filter(blocks::id.eq(id))
        .select((Block::as_select(), Target::as_select()))
        .first(conn)
}

pub fn blocks_of(conn: &mut PgConnection, p: &Proposal) -> QueryResult<Vec<Block>> {
    Block::belonging_to(p).order(blocks::start_utc).select(Block::as_select()).load(conn)
}

pub fn postpone(conn: &mut PgConnection, b: &Block, by: Duration, why: &str) -> QueryResult<usize> {
    let Block { start_utc, stop_utc, .. } = b;
    diesel::update(blocks::table.find(b.id))
        .set((
            blocks::start_utc.eq(*start_utc + by),
            blocks::stop_utc.eq(*stop_utc + by),
            blocks::remark.eq(why),
        ))
        .execute(conn)
}

pub fn altitude_ok(b: &Block, alt: f32) -> bool {
    alt >= b.min_alt
}
