use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};

use crate::schema::{races, runners};

diesel::define_sql_function! {
    fn upper(s: Text) -> Text;
}

#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Standing {
    #[diesel(sql_type = Nullable<Integer>)]
    pub bib: Option<i32>,
    #[diesel(sql_type = Text)]
    pub last: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub club: Option<String>,
    #[diesel(sql_type = Integer)]
    pub seconds: i32,
}

macro_rules! standings_sql {
    ($where:literal) => {
        concat!(
            "SELECT r.bib, r.last, r.club, EXTRACT(EPOCH FROM MIN(d.at) - a.gun_time)::int AS seconds ",
            "FROM runners r JOIN races a ON a.id = r.race_id ",
            "JOIN mats m ON m.race_id = a.id AND m.is_finish ",
            "JOIN reads d ON d.mat_id = m.id AND d.chip = r.chip AND NOT d.discarded ",
            "WHERE a.id = $1 AND r.dnf_reason IS NULL ",
            $where,
            " GROUP BY r.bib, r.last, r.club, a.gun_time ORDER BY seconds"
        )
    };
}

pub fn overall(conn: &mut PgConnection, race: i32) -> QueryResult<Vec<Standing>> {
    diesel::sql_query(standings_sql!("")).bind::<Integer, _>(race).load(conn)
}

pub fn women(conn: &mut PgConnection, race: i32) -> QueryResult<Vec<Standing>> {
    diesel::sql_query(standings_sql!("AND r.sex = 'F'")).bind::<Integer, _>(race).load(conn)
}

pub fn of_nation(conn: &mut PgConnection, race: i32, code: &str) -> QueryResult<Vec<Standing>> {
    diesel::sql_query(standings_sql!("AND r.nation = $2"))
        .bind::<Integer, _>(race)
        .bind::<Text, _>(code)
        .load(conn)
}

pub fn publish(conn: &mut PgConnection, race: i32) -> QueryResult<usize> {
    diesel::update(races::table.find(race)).set(races::results_public.eq(true)).execute(conn)
}

pub fn retire(conn: &mut PgConnection, number: i32, why: &str) -> QueryResult<String> {
    diesel::update(runners::table.filter(runners::bib.eq(number)))
        .set(runners::dnf_reason.eq(why))
        .returning(runners::last)
        .get_result(conn)
}

pub fn clubs(conn: &mut PgConnection, race: i32) -> QueryResult<Vec<String>> {
    runners::table
        .filter(runners::race_id.eq(race))
        .filter(runners::club.is_not_null())
        .select(upper(runners::club.assume_not_null()))
        .distinct()
        .load(conn)
}

pub fn hms(s: i32) -> String {
    format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}
