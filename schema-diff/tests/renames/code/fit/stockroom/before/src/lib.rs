//! Stock keeping: articles, the bins they lie in and every movement between.

pub mod model;
pub mod repo;
pub mod schema;
pub mod service;

pub use repo::{ArticleRepo, BinRepo, PgRepo};
