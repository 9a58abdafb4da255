use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};
use diesel::PgConnection;

pub mod graph;
pub mod lab;
pub mod lending;
pub mod objects;
pub mod schema;

#[derive(Clone)]
pub struct Context(pub Pool<ConnectionManager<PgConnection>>);

impl juniper::Context for Context {}

impl Context {
    pub fn conn(&self) -> Result<PooledConnection<ConnectionManager<PgConnection>>, r2d2::Error> {
        self.0.get()
    }
}
