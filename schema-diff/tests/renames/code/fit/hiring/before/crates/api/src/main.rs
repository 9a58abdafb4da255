mod query;
mod types;

use async_graphql::{EmptyMutation, EmptySubscription, Schema};
use diesel::r2d2::{ConnectionManager, Pool};
use hiring::PgConnection;

pub type Db = Pool<ConnectionManager<PgConnection>>;

fn main() -> anyhow::Result<()> {
    let manager = ConnectionManager::<PgConnection>::new(std::env::var("DATABASE_URL")?);
    let schema = Schema::build(query::Query, EmptyMutation, EmptySubscription)
        .data(Pool::new(manager)?)
        .finish();
    println!("{}", schema.sdl());
    Ok(())
}
