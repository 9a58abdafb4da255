use diesel::prelude::*;

use crate::rows::Term;
use crate::schema::glossary::dsl::*;

pub fn lookup(conn: &mut PgConnection, language: &str, word: &str) -> QueryResult<Option<Term>> {
    glossary.find((language, word)).first(conn).optional()
}

pub fn put(conn: &mut PgConnection, t: &Term) -> QueryResult<usize> {
    diesel::insert_into(glossary)
        .values(t)
        .on_conflict((lang, term))
        .do_update()
        .set((rendering.eq(&t.rendering), hint.eq(&t.hint)))
        .execute(conn)
}

pub fn banned(conn: &mut PgConnection, language: &str) -> QueryResult<Vec<String>> {
    glossary
        .filter(lang.eq(language).and(forbidden.eq(true)))
        .order(term)
        .select(term)
        .load(conn)
}

pub fn of_domain(conn: &mut PgConnection, d: &str) -> QueryResult<Vec<(String, String)>> {
    glossary.filter(domain.eq(d)).select((term, rendering)).load(conn)
}
