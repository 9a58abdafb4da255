pub mod comments;
pub mod issues;
pub mod people;
pub mod projects;

use diesel::r2d2::{ConnectionManager, Pool};
use diesel::PgConnection;

pub type Db = Pool<ConnectionManager<PgConnection>>;
