pub mod field;
pub mod results;
pub mod timing;

use diesel::prelude::*;

pub fn connect() -> ConnectionResult<PgConnection> {
    PgConnection::establish(&std::env::var("RACE_DB").unwrap_or_else(|_| "postgres:///race".into()))
}
