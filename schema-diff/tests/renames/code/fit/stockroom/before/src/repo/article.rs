use diesel::prelude::*;

use super::{ArticleRepo, PgRepo};
use crate::model::{Article, ArticleForm, Supplier};
use crate::schema::{articles, suppliers};

impl ArticleRepo for PgRepo {
    fn get(&self, sku: &str) -> QueryResult<Article> {
        self.with(|conn| articles::table.find(sku).select(Article::as_select()).first(conn))
    }

    fn add(&self, article: &Article) -> QueryResult<()> {
        self.with(|conn| {
            diesel::insert_into(articles::table)
                .values(article)
                .on_conflict(articles::sku)
                .do_nothing()
                .execute(conn)
                .map(drop)
        })
    }

    fn edit(&self, sku: &str, form: &ArticleForm) -> QueryResult<Article> {
        self.with(|conn| {
            diesel::update(articles::table.find(sku))
                .set(form)
                .returning(Article::as_returning())
                .get_result(conn)
        })
    }

    fn of_type(&self, kind: &str) -> QueryResult<Vec<Article>> {
        self.with(|conn| {
            articles::table
                .filter(articles::type_.eq(kind))
                .order(articles::descr)
                .select(Article::as_select())
                .load(conn)
        })
    }

    fn supplier(&self, sku: &str) -> QueryResult<Option<Supplier>> {
        self.with(|conn| {
            suppliers::table
                .inner_join(articles::table)
                .filter(articles::sku.eq(sku))
                .select(Supplier::as_select())
                .first(conn)
                .optional()
        })
    }

    fn active(&self) -> QueryResult<Vec<Article>> {
        self.with(|conn| {
            articles::table
                .filter(articles::discontinued.is_null())
                .select(Article::as_select())
                .load(conn)
        })
    }
}
