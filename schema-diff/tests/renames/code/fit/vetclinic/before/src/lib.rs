pub mod models;
pub mod owners;
pub mod patients;
pub mod reminders;
pub mod schema;
pub mod visits;

use diesel::pg::PgConnection;
use diesel::prelude::*;

pub fn connect(url: &str) -> ConnectionResult<PgConnection> {
    PgConnection::establish(url)
}
