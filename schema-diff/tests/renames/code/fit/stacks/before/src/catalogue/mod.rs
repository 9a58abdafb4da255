mod copies;

pub use copies::{Copy, Condition, CopyStore};

use diesel::prelude::*;

use crate::schema::{authors, book_authors, books};

#[derive(Queryable, Selectable, Identifiable, Debug, Clone, PartialEq)]
#[diesel(table_name = books)]
pub struct Book {
    pub id: i32,
    pub isbn: Option<String>,
    pub titel: String,
    pub subtitle: Option<String>,
    pub publisher: Option<String>,
    pub year: Option<i16>,
    pub pages: Option<i32>,
    pub dewey: Option<String>,
    pub lang: String,
    pub abstract_: Option<String>,
    pub cover: Option<String>,
    pub rating: Option<f64>,
}

#[derive(Insertable, Debug, Clone, Default)]
#[diesel(table_name = books)]
pub struct NewBook {
    pub isbn: Option<String>,
    pub titel: String,
    pub subtitle: Option<String>,
    pub publisher: Option<String>,
    pub year: Option<i16>,
    pub pages: Option<i32>,
    pub dewey: Option<String>,
    pub lang: String,
}

#[derive(Queryable, Selectable, Identifiable, Debug, Clone)]
#[diesel(table_name = authors)]
pub struct Author {
    pub id: i32,
    pub fname: String,
    pub lname: String,
    pub born: Option<i16>,
    pub viaf: Option<String>,
    pub bio: Option<String>,
}

#[derive(Queryable, Selectable, Debug)]
pub struct Credit {
    #[diesel(embed)]
    pub author: Author,
    #[diesel(select_expression = book_authors::role)]
    pub role: String,
}

pub fn add(conn: &mut PgConnection, book: &NewBook, by: &[(i32, &str)]) -> QueryResult<Book> {
    conn.transaction(|conn| {
        let stored: Book = diesel::insert_into(books::table)
            .values(book)
            .returning(Book::as_returning())
            .get_result(conn)?;
        for (n, (author, role)) in (1i16..).zip(by) {
            diesel::insert_into(book_authors::table)
                .values((
                    book_authors::book_id.eq(stored.id),
                    book_authors::author_id.eq(author),
                    book_authors::ord.eq(n),
                    book_authors::role.eq(*role),
                ))
                .execute(conn)?;
        }
        Ok(stored)
    })
}

pub fn credits(conn: &mut PgConnection, book: i32) -> QueryResult<Vec<Credit>> {
    authors::table
        .inner_join(book_authors::table)
        .filter(book_authors::book_id.eq(book))
        .order(book_authors::ord)
        .select(Credit::as_select())
        .load(conn)
}

pub fn author(conn: &mut PgConnection, first: &str, last: &str) -> QueryResult<i32> {
    let known = authors::table
        .filter(authors::fname.eq(first))
        .filter(authors::lname.eq(last))
        .select(authors::id)
        .first(conn)
        .optional()?;
    match known {
        Some(id) => Ok(id),
        None => diesel::insert_into(authors::table)
            .values((authors::fname.eq(first), authors::lname.eq(last)))
            .returning(authors::id)
            .get_result(conn),
    }
}

pub fn rate(conn: &mut PgConnection, book: i32, stars: f64) -> QueryResult<usize> {
    diesel::update(books::table.find(book)).set(books::rating.eq(stars)).execute(conn)
}
