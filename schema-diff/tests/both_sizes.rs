//! Diesel programs that run while the type of a column changes, as docs/online.md recommends: a Diesel type that reads INTEGER and BIGINT;
//! connections that are closed when a new enum type takes the place of an old one.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use std::io::Write;

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    prelude::*,
    serialize::{self, Output, ToSql},
    sql_types::BigInt,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use workshop::workshop;

/// An identifier that was an INTEGER and becomes a BIGINT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
struct OrderId(i64);

impl FromSql<BigInt, Pg> for OrderId {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match <[u8; 4]>::try_from(value.as_bytes()) {
            Ok(bytes) => Ok(Self(i32::from_be_bytes(bytes).into())),
            Err(_) => <i64 as FromSql<BigInt, Pg>>::from_sql(value).map(Self),
        }
    }
}

impl ToSql<BigInt, Pg> for OrderId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <i64 as ToSql<BigInt, Pg>>::to_sql(&self.0, out)
    }
}

diesel::table! {
    orders (id) { id -> Int8, note -> Text, }
}

#[derive(Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = orders)]
struct Order {
    id: OrderId,
    note: String,
}

async fn works(connection: &mut AsyncPgConnection, id: i64) {
    let order = Order {
        id: OrderId(id),
        note: "x".to_owned(),
    };
    let inserted: Order = diesel::insert_into(orders::table)
        .values(&order)
        .returning(Order::as_returning())
        .get_result(connection)
        .await
        .unwrap();
    assert_eq!(inserted, order);
    let found: Vec<Order> = orders::table
        .filter(orders::id.eq_any([OrderId(id)]))
        .select(Order::as_select())
        .load(connection)
        .await
        .unwrap();
    assert_eq!(found, [order]);
    let changed = diesel::update(orders::table.filter(orders::id.eq(OrderId(id))))
        .set(orders::note.eq("y"))
        .execute(connection)
        .await
        .unwrap();
    assert_eq!(changed, 1);
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

#[test]
fn one_program_reads_both_types() {
    let database = workshop().database();
    let sql = |sql: &str| database.connect().unwrap().batch_execute(sql).unwrap();
    let runtime = runtime();
    sql("CREATE TABLE orders (id int PRIMARY KEY, note text NOT NULL)");
    let url = database.url();
    let mut before = runtime.block_on(async {
        let mut before = AsyncPgConnection::establish(&url).await.unwrap();
        works(&mut before, 1).await;
        before
    });
    sql("ALTER TABLE orders ALTER COLUMN id TYPE bigint");
    runtime.block_on(async {
        let mut after = AsyncPgConnection::establish(&url).await.unwrap();
        works(&mut after, 1 << 40).await;
        // A connection from before has prepared statements whose results have another type now.
        let stale = orders::table
            .filter(orders::id.eq_any([OrderId(1)]))
            .select(Order::as_select());
        let error = stale.load::<Order>(&mut before).await.unwrap_err();
        assert!(
            error.to_string().contains("cached plan must not change result type"),
            "{error}"
        );
    });
}

/// The enum type `mood`.
#[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(name = "mood"))]
pub struct MoodType;

/// Its only label that rows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = MoodType)]
struct Fine;

impl FromSql<MoodType, Pg> for Fine {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        assert_eq!(value.as_bytes(), b"fine");
        Ok(Self)
    }
}

impl ToSql<MoodType, Pg> for Fine {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(b"fine")?;
        Ok(serialize::IsNull::No)
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::MoodType;
    days (id) { id -> Int4, mood -> MoodType, }
}

async fn reads(connection: &mut AsyncPgConnection) -> QueryResult<Vec<(i32, Fine)>> {
    days::table.load(connection).await
}

async fn writes(connection: &mut AsyncPgConnection, id: i32) -> QueryResult<usize> {
    let day = diesel::insert_into(days::table).values((days::id.eq(id), days::mood.eq(Fine)));
    day.execute(connection).await
}

#[test]
fn connections_know_an_enum_type_by_its_oid() {
    let database = workshop().database();
    let sql = |sql: &str| database.connect().unwrap().batch_execute(sql).unwrap();
    let runtime = runtime();
    sql("CREATE TYPE mood AS ENUM ('fine', 'bad'); CREATE TABLE days (id int PRIMARY KEY, mood mood NOT NULL)");
    let url = database.url();
    let mut before = runtime.block_on(async {
        let mut before = AsyncPgConnection::establish(&url).await.unwrap();
        writes(&mut before, 1).await.unwrap();
        assert_eq!(reads(&mut before).await.unwrap(), [(1, Fine)]);
        before
    });
    sql(
        "CREATE TYPE mood_new AS ENUM ('fine'); ALTER TABLE days ADD COLUMN mood_new mood_new; UPDATE days SET mood_new = mood::text::mood_new;
        ALTER TABLE days DROP COLUMN mood; DROP TYPE mood; ALTER TABLE days RENAME COLUMN mood_new TO mood; ALTER TYPE mood_new RENAME TO mood",
    );
    runtime.block_on(async {
        let mut after = AsyncPgConnection::establish(&url).await.unwrap();
        writes(&mut after, 2).await.unwrap();
        assert_eq!(reads(&mut after).await.unwrap(), [(1, Fine), (2, Fine)]);
        // The program has to close the connections that it had before.
        for _ in 0..2 {
            let error = writes(&mut before, 3).await.unwrap_err().to_string();
            assert!(error.contains("cache lookup failed for type"), "{error}");
            let error = reads(&mut before).await.unwrap_err().to_string();
            assert!(error.contains("cached plan must not change result type"), "{error}");
        }
    });
}
