use diesel::prelude::*;
use diesel::{alias, PgConnection};

use crate::entities::{Copy, Work};
use crate::schema::{copies, persons, works};

finder!(
    /// The shelf of a Dewey class.
    by_class, works.dewey(&str) -> Work
);
finder!(by_year, works.year(i16) -> Work);
finder!(in_branch, copies.branch(&str) -> Copy);
setter!(reshelve, copies[&str].shelfmark = &str);
setter!(grade, copies[&str].condition = i16);
setter!(annotate, copies[&str].note = &str);
setter!(summarise, works[i32].abstract_ = &str);

/// A line of the printed catalogue: title, author, translator.
pub type Line = (String, String, Option<String>);

pub fn printed(conn: &mut PgConnection) -> QueryResult<Vec<Line>> {
    let translators = alias!(persons as translators);
    works::table
        .inner_join(persons::table.on(persons::id.eq(works::author_id)))
        .left_join(translators.on(translators.field(persons::id).nullable().eq(works::translator_id)))
        .order((persons::surname, persons::born, works::title))
        .select((
            works::title,
            persons::surname,
            translators.field(persons::surname).nullable(),
        ))
        .load(conn)
}

/// The copies of every work that are still ours, grouped.
pub fn holdings(conn: &mut PgConnection, list: Vec<Work>) -> QueryResult<Vec<(Work, Vec<Copy>)>> {
    let found = Copy::belonging_to(&list)
        .filter(copies::withdrawn.is_null())
        .select(Copy::as_select())
        .load(conn)?
        .grouped_by(&list);
    Ok(list.into_iter().zip(found).collect())
}

pub fn worth(conn: &mut PgConnection, house: &str) -> QueryResult<Option<bigdecimal::BigDecimal>> {
    copies::table
        .filter(copies::branch.eq(house))
        .select(diesel::dsl::sum(copies::price))
        .first(conn)
}
