use diesel::prelude::*;

use crate::rows::{Draft, Rendering, ReviewStatus, Segment};
use crate::schema::{renderings, segments};

pub fn by_key(conn: &mut PgConnection, k: &str) -> QueryResult<Option<Segment>> {
    fetch!(conn, segments, key == k)
}

pub fn suggest(conn: &mut PgConnection, s: &Segment, lang: &str, text: &str, who: &str) -> QueryResult<usize> {
    let draft = Draft {
        segment_id: s.id,
        lang: lang.into(),
        body: text.into(),
        status: ReviewStatus::NeedsWork,
        translator: Some(who.into()),
        ..Default::default()
    };
    diesel::insert_into(renderings::table).values(&draft).execute(conn)
}

pub fn approve(conn: &mut PgConnection, id: i64, by: &str, mark: f32) -> QueryResult<usize> {
    diesel::update(renderings::table.find(id))
        .set((
            renderings::status.eq(ReviewStatus::Approved),
            renderings::reviewer.eq(by),
            renderings::quality.eq(mark),
            renderings::edited_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
}

pub fn send_back(conn: &mut PgConnection, id: i64, why: &str) -> QueryResult<usize> {
    diesel::update(renderings::table.find(id))
        .set((renderings::status.eq(ReviewStatus::NeedsWork), renderings::comment.eq(why)))
        .execute(conn)
}

pub fn todo(conn: &mut PgConnection, project: i64, lang: &str) -> QueryResult<Vec<(i64, String, Option<String>)>> {
    segments::table
        .left_join(renderings::table.on(renderings::segment_id.eq(segments::id).and(renderings::lang.eq(lang))))
        .filter(segments::project_id.eq(project).and(segments::obsolete.eq(false)))
        .filter(renderings::id.is_null())
        .order(segments::sort_no)
        .select((segments::id, segments::source_text, segments::context))
        .load(conn)
}

pub fn machine_made(conn: &mut PgConnection, lang: &str) -> QueryResult<Vec<Rendering>> {
    renderings::table
        .filter(renderings::lang.eq(lang).and(renderings::machine.eq(true)))
        .filter(renderings::quality.lt(0.6).or(renderings::quality.is_null()))
        .select(Rendering::as_select())
        .load(conn)
}

/// Too long for the button it is meant for?
pub fn overflows(s: &Segment, body: &str) -> bool {
    s.max_chars.map_or(false, |m| body.chars().count() > m as usize)
}

pub fn describe(s: &Segment) -> String {
    let Segment { key, type_, context, screenshot, .. } = s;
    let mut out = format!("[{type_}] {key}");
    if let Some(c) = context {
        out += &format!(" - {c}");
    }
    if let Some(pic) = screenshot {
        out += &format!(" <{pic}>");
    }
    out
}
