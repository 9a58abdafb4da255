use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};

pub type PgPool = Pool<ConnectionManager<PgConnection>>;
pub type Conn = PooledConnection<ConnectionManager<PgConnection>>;

pub fn pool(url: &str) -> PgPool {
    Pool::builder()
        .max_size(8)
        .build(ConnectionManager::new(url))
        .expect("database pool")
}
