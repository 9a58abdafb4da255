pub mod billing;
pub mod enums;
pub mod patients;
pub mod schema;
pub mod visits;

pub type Pool = diesel_async::pooled_connection::deadpool::Pool<diesel_async::AsyncPgConnection>;

#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    #[error("pool: {0}")]
    Pool(#[from] diesel_async::pooled_connection::deadpool::PoolError),
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
}
