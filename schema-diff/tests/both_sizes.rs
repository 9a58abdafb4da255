//! A Diesel type that reads INTEGER and BIGINT, as docs/online.md recommends for a program that runs while a column's type changes.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

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

#[test]
fn one_program_reads_both_types() {
    let database = workshop().database();
    let sql = |sql: &str| database.connect().unwrap().batch_execute(sql).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
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
