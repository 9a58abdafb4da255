use bigdecimal::BigDecimal;
use diesel::dsl::sum;
use diesel::prelude::*;

use crate::models::{Object, Room};
use crate::schema::{objects, rooms};

pub fn label_text(o: &Object) -> String {
    let years = match (o.made_from, o.made_to) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a}-{b}"),
        (Some(a), None) => format!("after {a}"),
        (None, Some(b)) => format!("before {b}"),
        (None, None) => "undated".to_string(),
    };
    let mut text = format!("{}, {}\n{}", o.title, years, o.maker.as_deref().unwrap_or("unknown"));
    if let Some(m) = &o.material {
        text.push('\n');
        text.push_str(m);
    }
    if let Some(d) = &o.donor {
        text.push_str(&format!("\nGift of {d}"));
    }
    text
}

pub fn shown_in(conn: &mut PgConnection, room: &Room) -> QueryResult<Vec<Object>> {
    Object::belonging_to(room)
        .filter(objects::on_display.eq(true))
        .order(objects::accession_no)
        .select(Object::as_select())
        .load(conn)
}

pub fn insured_total(conn: &mut PgConnection, level: i16) -> QueryResult<Option<BigDecimal>> {
    objects::table
        .inner_join(rooms::table)
        .filter(rooms::floor.eq(level))
        .select(sum(objects::insured_eur))
        .first(conn)
}

/// Paper and textiles in rooms that are too bright for them.
pub fn too_bright(conn: &mut PgConnection) -> QueryResult<Vec<(String, String, Option<i32>)>> {
    objects::table
        .inner_join(rooms::table)
        .filter(objects::material.eq_any(["paper", "silk", "wool"]))
        .filter(rooms::lux_limit.gt(50))
        .select((objects::accession_no, rooms::label, rooms::lux_limit))
        .load(conn)
}

pub fn move_to(conn: &mut PgConnection, no: &str, room: Option<i32>) -> QueryResult<usize> {
    diesel::update(objects::table.filter(objects::accession_no.eq(no)))
        .set((objects::room_id.eq(room), objects::on_display.eq(room.is_some())))
        .execute(conn)
}

pub fn damp(conn: &mut PgConnection, limit: f32) -> QueryResult<Vec<(String, Option<String>)>> {
    rooms::table
        .filter(rooms::humidity.gt(limit))
        .select((rooms::label, rooms::steward))
        .load(conn)
}
