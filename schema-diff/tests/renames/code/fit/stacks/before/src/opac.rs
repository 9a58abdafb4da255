//! The public search.
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::catalogue::Book;
use crate::schema::{books, copies};

#[derive(Debug, Default, Clone)]
pub struct Query<'a> {
    pub words: Option<&'a str>,
    pub lang: Option<&'a str>,
    pub from_year: Option<i16>,
    pub class: Option<&'a str>,
}

pub fn search(conn: &mut PgConnection, q: Query<'_>) -> QueryResult<Vec<Book>> {
    let mut query = books::table.select(Book::as_select()).into_boxed();
    if let Some(words) = q.words {
        let like = format!("%{words}%");
        query = query.filter(books::titel.ilike(like.clone()).or(books::subtitle.ilike(like)));
    }
    if let Some(lang) = q.lang {
        query = query.filter(books::lang.eq(lang));
    }
    if let Some(year) = q.from_year {
        query = query.filter(books::year.ge(year));
    }
    if let Some(class) = q.class {
        query = query.filter(books::dewey.like(format!("{class}%")));
    }
    query.order((books::titel.asc(), books::year.desc())).limit(40).load(conn)
}

pub fn stock(conn: &mut PgConnection) -> QueryResult<Vec<(String, i64)>> {
    books::table
        .inner_join(copies::table)
        .group_by(books::titel)
        .select((books::titel, count_star()))
        .load(conn)
}

pub fn teaser(b: &Book) -> String {
    let year = b.year.map_or_else(String::new, |y| format!(" ({y})"));
    let text = b.abstract_.as_deref().unwrap_or("");
    format!("{}{year}: {}", b.titel, text.chars().take(120).collect::<String>())
}

pub fn best(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<f64>, Option<String>)>> {
    books::table
        .filter(books::rating.ge(4.0))
        .order(books::rating.desc())
        .select((books::titel, books::rating, books::cover))
        .limit(10)
        .load(conn)
}
