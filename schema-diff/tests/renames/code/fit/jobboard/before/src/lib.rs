pub mod graphql;
pub mod models;
pub mod schema;
pub mod services;

use diesel::r2d2::{ConnectionManager, Pool};
use diesel::PgConnection;

pub type PgPool = Pool<ConnectionManager<PgConnection>>;
