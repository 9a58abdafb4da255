//! Nightly chores: forget candidates whose consent ran out, remind of slow applications.

use diesel::prelude::*;
use hiring::models::Stage;
use hiring::schema::{applications, candidates};
use hiring::PgConnection;

fn forget(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::delete(candidates::table.filter(candidates::gdpr_until.lt(diesel::dsl::today))).execute(conn)
}

fn waiting(conn: &mut PgConnection) -> QueryResult<Vec<(String, String, Option<String>)>> {
    applications::table
        .inner_join(candidates::table)
        .filter(applications::stage.eq(Stage::Received))
        .select((candidates::email, candidates::given, applications::source))
        .load(conn)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut conn = PgConnection::establish(&std::env::var("DATABASE_URL")?)?;
    println!("{} candidates forgotten", forget(&mut conn)?);
    for (email, given, source) in waiting(&mut conn)? {
        println!("Dear {given} <{email}>, thanks for coming via {}", source.unwrap_or_else(|| "us".into()));
    }
    Ok(())
}
