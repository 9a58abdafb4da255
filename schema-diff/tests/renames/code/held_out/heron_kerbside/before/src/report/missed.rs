use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Nullable, SmallInt, Text};

#[derive(Debug, QueryableByName)]
pub struct Missed {
    #[diesel(sql_type = BigInt)]
    pub uprn: i64,
    #[diesel(sql_type = Text)]
    pub line1: String,
    #[diesel(sql_type = Text)]
    pub postcode: String,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub fail_code: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    pub crew_note: Option<String>,
}

const SQL: &str = "SELECT a.uprn, a.line1, a.postcode, p.fail_code, p.crew_note \
    FROM pickups p \
    JOIN bins b ON b.id = p.bin_id \
    JOIN addresses a ON a.uprn = b.uprn \
    WHERE p.due_on = $1 AND p.done_at IS NULL \
    ORDER BY a.postcode, a.line1";

pub fn missed(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Missed>> {
    sql_query(SQL).bind::<Date, _>(day).load(conn)
}

pub fn letter(m: &Missed) -> String {
    let why = match m.fail_code {
        Some(1) => "the bin was not out",
        Some(2) => "the road was blocked",
        Some(3) => "the bin was too heavy",
        _ => "of a fault on our side",
    };
    format!("{}, {}\nWe missed you because {why}. {}", m.line1, m.postcode, m.crew_note.as_deref().unwrap_or(""))
}
