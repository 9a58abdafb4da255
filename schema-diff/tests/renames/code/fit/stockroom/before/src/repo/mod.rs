mod article;
mod bin;

use std::sync::Mutex;

use diesel::pg::PgConnection;
use diesel::result::QueryResult;

use crate::model::{Article, ArticleForm, Bin, Movement, Supplier};

pub trait ArticleRepo {
    fn get(&self, sku: &str) -> QueryResult<Article>;
    fn add(&self, article: &Article) -> QueryResult<()>;
    fn edit(&self, sku: &str, form: &ArticleForm) -> QueryResult<Article>;
    fn of_type(&self, kind: &str) -> QueryResult<Vec<Article>>;
    fn supplier(&self, sku: &str) -> QueryResult<Option<Supplier>>;
    fn active(&self) -> QueryResult<Vec<Article>>;
}

pub trait BinRepo {
    fn at(&self, aisle: &str, rack: i32, shelf: i32) -> QueryResult<Bin>;
    fn holding(&self, sku: &str) -> QueryResult<Vec<Bin>>;
    fn book(&self, movement: &Movement) -> QueryResult<Bin>;
    fn reserve(&self, bin: i64, qty: i32) -> QueryResult<usize>;
    fn counted(&self, bin: i64, qty: i32) -> QueryResult<usize>;
    fn freeze(&self, bin: i64, on: bool) -> QueryResult<usize>;
}

/// Both repositories over one connection.
pub struct PgRepo {
    conn: Mutex<PgConnection>,
}

impl PgRepo {
    pub fn new(conn: PgConnection) -> Self {
        Self { conn: Mutex::new(conn) }
    }

    fn with<T>(&self, f: impl FnOnce(&mut PgConnection) -> QueryResult<T>) -> QueryResult<T> {
        f(&mut self.conn.lock().expect("no panic while locked"))
    }
}
