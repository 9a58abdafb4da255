use async_trait::async_trait;
use diesel::dsl::sum;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Library, Pool};
use crate::model::Piece;
use crate::schema::{pieces, programme};

pub struct PgLibrary {
    pub pool: Pool,
}

#[async_trait]
impl Library for PgLibrary {
    async fn by_composer(&self, composer: &str) -> QueryResult<Vec<Piece>> {
        let mut conn = self.pool.get().await.expect("pool");
        pieces::table
            .filter(pieces::composer.ilike(format!("{composer}%")))
            .order((pieces::composer, pieces::opus, pieces::name))
            .select(Piece::as_select())
            .load(&mut conn)
            .await
    }

    async fn short_of_copies(&self, singers: i32) -> QueryResult<Vec<Piece>> {
        let mut conn = self.pool.get().await.expect("pool");
        pieces::table
            .filter(pieces::copies.lt(singers))
            .filter(pieces::publisher.is_not_null())
            .order(pieces::copies.asc())
            .select(Piece::as_select())
            .load(&mut conn)
            .await
    }

    async fn running_time(&self, event: i64) -> QueryResult<i64> {
        let mut conn = self.pool.get().await.expect("pool");
        let total: Option<i64> = programme::table
            .inner_join(pieces::table)
            .filter(programme::event_id.eq(event))
            .filter(programme::encore.eq(false))
            .select(sum(pieces::minutes))
            .get_result(&mut conn)
            .await?;
        Ok(total.unwrap_or(0))
    }
}

pub fn catalogue_line(p: &Piece) -> String {
    let mut line = format!("{}: {}", p.composer, p.name);
    if let Some(op) = &p.opus {
        line += &format!(", op. {op}");
    }
    line += &format!(" ({}, {} min, {})", p.voicing, p.minutes, p.lang);
    match &p.shelfmark {
        Some(mark) => line + " @ " + mark,
        None => line,
    }
}
