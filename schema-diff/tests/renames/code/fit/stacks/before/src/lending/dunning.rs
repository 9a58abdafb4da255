use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::{loans, members};

pub struct Letter {
    pub to: String,
    pub text: String,
}

/// Raises the level of everything overdue, and writes the letters.
pub fn run(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<Letter>> {
    diesel::update(loans::table)
        .filter(loans::due.lt(today))
        .filter(loans::back.is_null())
        .set(loans::dunning_level.eq(loans::dunning_level + 1))
        .execute(conn)?;
    let late: Vec<(String, String, i16)> = loans::table
        .inner_join(members::table)
        .filter(loans::dunning_level.gt(0))
        .filter(loans::back.is_null())
        .select((members::name, members::addr, loans::dunning_level))
        .load(conn)?;
    Ok(late
        .into_iter()
        .map(|(name, addr, level)| Letter {
            to: format!("{name}\n{addr}"),
            text: match level {
                1 => "Did you forget something?".to_string(),
                n => format!("Reminder no. {n}"),
            },
        })
        .collect())
}

pub fn fine(conn: &mut PgConnection, loan: i32, euros: BigDecimal) -> QueryResult<usize> {
    diesel::update(loans::table.find(loan)).set(loans::fine.eq(euros)).execute(conn)
}

pub fn owed(conn: &mut PgConnection, member: i32) -> QueryResult<Option<BigDecimal>> {
    loans::table
        .filter(loans::member_id.eq(member))
        .select(diesel::dsl::sum(loans::fine))
        .first(conn)
}
