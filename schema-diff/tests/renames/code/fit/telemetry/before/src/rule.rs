use diesel::prelude::*;

use crate::schema::rules::dsl::*;

#[derive(Debug, Clone, Queryable)]
pub struct Rule {
    pub id: i32,
    pub metric: String,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub hold_secs: i32,
    pub active: bool,
    pub note: Option<String>,
}

impl Rule {
    pub fn is_violated_by(&self, v: f64) -> bool {
        self.min.is_some_and(|lo| v < lo) || self.max.is_some_and(|hi| v > hi)
    }
}

pub fn active_for(conn: &mut PgConnection, wanted: &str) -> QueryResult<Vec<Rule>> {
    rules
        .filter(metric.eq(wanted))
        .filter(active.eq(true))
        .load(conn)
}

pub fn define(
    conn: &mut PgConnection,
    for_metric: &str,
    range: (Option<f64>, Option<f64>),
    hold: i32,
) -> QueryResult<i32> {
    diesel::insert_into(rules)
        .values((
            metric.eq(for_metric),
            min.eq(range.0),
            max.eq(range.1),
            hold_secs.eq(hold),
            active.eq(true),
        ))
        .returning(id)
        .get_result(conn)
}

pub fn annotate(conn: &mut PgConnection, rule: i32, text: &str) -> QueryResult<usize> {
    diesel::update(rules.find(rule))
        .set(note.eq(text))
        .execute(conn)
}
