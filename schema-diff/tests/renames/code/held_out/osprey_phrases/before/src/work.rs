use diesel::dsl::now;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::schema::{glossary, linguists, strings, translations};
use crate::tables::{Linguist, ProfileEdit, Stage, Suggestion, Term, Translation};

#[derive(Debug, QueryableByName)]
pub struct Progress {
    #[diesel(sql_type = Text)]
    pub locale: String,
    #[diesel(sql_type = BigInt)]
    pub done: i64,
    #[diesel(sql_type = BigInt)]
    pub robots: i64,
}

const PROGRESS: &str = "
    SELECT t.locale,
           COUNT(*) FILTER (WHERE t.stage = 'approved') AS done,
           COUNT(*) FILTER (WHERE t.machine) AS robots
      FROM l10n.translations t
      JOIN l10n.strings s ON s.id = t.string_id AND NOT s.obsolete
     WHERE s.project_id = $1
     GROUP BY t.locale";

pub fn progress(conn: &mut PgConnection, project: i32) -> QueryResult<Vec<Progress>> {
    diesel::sql_query(PROGRESS).bind::<diesel::sql_types::Integer, _>(project).load(conn)
}

pub fn suggest(conn: &mut PgConnection, s: &Suggestion) -> QueryResult<Translation> {
    diesel::insert_into(translations::table)
        .values(s)
        .on_conflict((translations::string_id, translations::locale))
        .do_update()
        .set((s, translations::touched.eq(now)))
        .returning(Translation::as_returning())
        .get_result(conn)
}

pub fn judge(conn: &mut PgConnection, id: i64, by: &Linguist, verdict: Stage) -> QueryResult<Translation> {
    conn.transaction(|conn| {
        let t: Translation = diesel::update(translations::table.find(id))
            .set((
                translations::stage.eq(verdict),
                translations::reviewer.eq(by.id),
                translations::touched.eq(now),
            ))
            .returning(Translation::as_returning())
            .get_result(conn)?;
        let earned = match t.stage {
            Stage::Approved if !t.machine => 5,
            Stage::Rejected => -1,
            Stage::Approved | Stage::Proposed | Stage::Draft => 0,
        };
        diesel::update(linguists::table.find(t.author))
            .set(linguists::points.eq(linguists::points + earned))
            .execute(conn)?;
        Ok(t)
    })
}

pub fn queue(conn: &mut PgConnection, who: &Linguist) -> QueryResult<Vec<(i64, String, String, Option<String>)>> {
    translations::table
        .inner_join(strings::table)
        .filter(translations::locale.eq(&who.home_locale))
        .filter(translations::stage.eq(Stage::Proposed))
        .filter(translations::author.ne(who.id))
        .order((translations::score.asc().nulls_first(), translations::touched.asc()))
        .select((translations::id, strings::english, translations::txt, strings::hint))
        .limit(20)
        .load(conn)
}

pub fn edit_profile(conn: &mut PgConnection, id: i32, edit: &ProfileEdit) -> QueryResult<Linguist> {
    diesel::update(linguists::table.find(id)).set(edit).returning(Linguist::as_returning()).get_result(conn)
}

pub fn leaders(conn: &mut PgConnection) -> QueryResult<Vec<(String, Option<String>, i32)>> {
    linguists::table
        .filter(linguists::banned.eq(false))
        .order(linguists::points.desc())
        .select((linguists::nick, linguists::realname, linguists::points))
        .limit(10)
        .load(conn)
}

pub fn invoice_cents(who: &Linguist, words: i32) -> i32 {
    who.rate_cents.map_or(0, |r| r * words)
}

pub fn lint(conn: &mut PgConnection, text: &str, lang: &str) -> QueryResult<Vec<String>> {
    let terms: Vec<Term> = glossary::table
        .filter(glossary::locale.eq(lang))
        .select(Term::as_select())
        .load(conn)?;
    let mut out = Vec::new();
    for t in terms {
        if t.forbidden && text.contains(&t.wording) {
            let why = t.rationale.unwrap_or_else(|| format!("see {}", t.term));
            out.push(format!("do not write {}: {why}", t.wording));
        }
    }
    Ok(out)
}
