//! The program that is running: real Diesel, with its cache of prepared statements and an enum type of its own.

use std::time::Duration;

use diesel::{
    Connection as _, ExpressionMethods as _, Insertable, QueryDsl as _, Queryable, RunQueryDsl as _, Selectable,
    SelectableHelper as _,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Date, Integer, Jsonb, Numeric, Timestamp, Timestamptz, Tstzrange, Uuid},
};
use diesel_async::{AsyncPgConnection, async_connection_wrapper::AsyncConnectionWrapper};
use schema_diff_engine::{
    model::TableName,
    rehearse::{Client, Operation, Pace, Sent},
};

use crate::schema::{self, OrderStatus};

pub type Connection = AsyncConnectionWrapper<AsyncPgConnection>;

/// The rows that a client reads, changes and copies.
const ROWS: i64 = 250;
/// The most rows that a client has inserted and not deleted yet.
const KEPT: usize = 20;
/// The keys of inserted rows begin here, above those of the other rows.
const FIRST: i64 = 20_000_000;

/// A value as Postgres sends it: the program passes on what it has read.
#[derive(Clone, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Date)]
#[diesel(sql_type = Jsonb)]
#[diesel(sql_type = Numeric)]
#[diesel(sql_type = Timestamp)]
#[diesel(sql_type = Timestamptz)]
#[diesel(sql_type = Tstzrange)]
#[diesel(sql_type = Uuid)]
pub struct Raw(Vec<u8>);

macro_rules! raw {
    ($($sql_type:ty),+) => {
        $(
            impl FromSql<$sql_type, Pg> for Raw {
                fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                    Ok(Self(value.as_bytes().to_vec()))
                }
            }

            impl ToSql<$sql_type, Pg> for Raw {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    std::io::Write::write_all(out, &self.0)?;
                    Ok(IsNull::No)
                }
            }
        )+
    };
}
raw!(Date, Jsonb, Numeric, Timestamp, Timestamptz, Tstzrange, Uuid);

/// A row of a table, and what the program does with it.
trait Model: Clone + Send + 'static {
    const TABLE: &'static str;
    fn some(connection: &mut Connection) -> diesel::QueryResult<Vec<Self>>;
    fn read(&self, connection: &mut Connection) -> diesel::QueryResult<()>;
    /// Gives the row the values of another one, except for its keys.
    fn change(&self, other: &Self, connection: &mut Connection) -> diesel::QueryResult<()>;
    fn insert(&self, connection: &mut Connection) -> diesel::QueryResult<()>;
    fn delete(&self, connection: &mut Connection) -> diesel::QueryResult<()>;
    /// Returns a row with keys of its own.
    fn fresh(&self, number: i64) -> Self;
}

macro_rules! model {
    ($table:ident, $row:ident, key($($key:ident),+), changed($($changed:ident),+), { $($column:ident: $of:ty),+ $(,)? }, $fresh:expr) => {
        #[derive(Clone, Debug, Queryable, Selectable, Insertable)]
        #[diesel(table_name = schema::$table)]
        struct $row { $($column: $of),+ }

        impl Model for $row {
            const TABLE: &'static str = stringify!($table);

            fn some(connection: &mut Connection) -> diesel::QueryResult<Vec<Self>> {
                schema::$table::table.limit(ROWS * 8).select(Self::as_select()).load(connection)
            }

            fn read(&self, connection: &mut Connection) -> diesel::QueryResult<()> {
                let row = schema::$table::table.find(($(self.$key.clone()),+));
                row.select(Self::as_select()).first(connection).map(drop)
            }

            fn change(&self, other: &Self, connection: &mut Connection) -> diesel::QueryResult<()> {
                let row = schema::$table::table.find(($(self.$key.clone()),+));
                let values = ($(schema::$table::$changed.eq(other.$changed.clone()),)+);
                diesel::update(row).set(values).execute(connection).map(drop)
            }

            fn insert(&self, connection: &mut Connection) -> diesel::QueryResult<()> {
                let insert = diesel::insert_into(schema::$table::table).values(self.clone());
                insert.returning(Self::as_returning()).get_result(connection).map(drop)
            }

            fn delete(&self, connection: &mut Connection) -> diesel::QueryResult<()> {
                let row = schema::$table::table.find(($(self.$key.clone()),+));
                diesel::delete(row).execute(connection).map(drop)
            }

            fn fresh(&self, number: i64) -> Self {
                let fresh: fn($row, i64) -> $row = $fresh;
                fresh(self.clone(), number)
            }
        }
    };
}

model!(
    customers, Customer, key(id), changed(name, phone, locale, city, credit_limit, registered_at),
    {
        id: i64, email: String, name: String, phone: Option<String>, locale: Option<String>, city: Option<String>,
        credit_limit: Raw, legacy_code: Option<String>, registered_at: Raw,
    },
    |own, number| Self { id: number, email: format!("user{number}@example.org"), legacy_code: None, ..own }
);
model!(
    products, Product, key(id),
    changed(title, description, category, price, weight, views, details, active, available_from, available_until),
    {
        id: i32, sku: String, title: String, description: Option<String>, category: String, price: Raw,
        weight: Option<Raw>, views: i32, details: String, active: bool, available_from: Option<Raw>,
        available_until: Option<Raw>,
    },
    |own, number| Self { id: small(number), sku: format!("SKU-{number}"), ..own }
);
model!(
    orders, Order, key(id), changed(customer_id, status, total, discount, remark, placed_at, shipped_at),
    {
        id: i32, customer_id: i64, number: String, status: OrderStatus, total: Raw, discount: Option<Raw>,
        remark: Option<String>, delivery: Option<Raw>, placed_at: Raw, shipped_at: Option<Raw>,
    },
    |own, number| Self { id: small(number), number: format!("O-{number}"), delivery: None, ..own }
);
model!(
    order_lines, OrderLine, key(order_id, line_no), changed(quantity, unit_price, gift_text),
    { order_id: i32, line_no: i32, product_id: i32, quantity: i32, unit_price: Raw, gift_text: Option<String> },
    |own, number| Self { line_no: small(number), product_id: own.product_id + 1, ..own }
);
model!(
    events, Event, key(id), changed(kind, actor_id, payload, source, happened_at),
    { id: Raw, kind: String, actor_id: Option<i64>, payload: Raw, source: Option<String>, happened_at: Raw },
    |own, number| Self { id: Raw(i128::from(number).to_be_bytes().to_vec()), ..own }
);
model!(
    sessions, Session, key(token), changed(owner_id, user_agent, address, hits, started_at, expires_at),
    {
        token: String, owner_id: Option<i64>, user_agent: Option<String>, address: Option<String>, hits: Option<i32>,
        started_at: Raw, expires_at: Option<Raw>,
    },
    |own, number| Self { token: format!("token {number}"), ..own }
);

fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What the program does with one table.
trait Work: Send {
    /// Reads rows.
    fn prepare(&mut self, connection: &mut Connection) -> diesel::QueryResult<()>;
    fn send(&mut self, connection: &mut Connection, pace: &Pace<'_>) -> Sent;
}

struct WorkOn<M> {
    number: usize,
    rows: Vec<M>,
    inserted: Vec<M>,
    next: i64,
}

impl<M: Model> WorkOn<M> {
    fn boxed(number: usize) -> Box<dyn Work> {
        let next = FIRST + i64::try_from(number).unwrap_or(0) * 1_000_000;
        Box::new(Self {
            number,
            rows: Vec::new(),
            inserted: Vec::new(),
            next,
        })
    }
}

impl<M: Model> Work for WorkOn<M> {
    fn prepare(&mut self, connection: &mut Connection) -> diesel::QueryResult<()> {
        let all = M::some(connection)?;
        // Clients do not wait for each other's rows.
        let own = all.into_iter().enumerate().filter(|(at, _)| at % 8 == self.number % 8);
        self.rows = own.map(|(_, row)| row).collect();
        Ok(())
    }

    fn send(&mut self, connection: &mut Connection, pace: &Pace<'_>) -> Sent {
        let table = TableName::public(M::TABLE);
        let pick = |rows: &[M]| rows[fastrand::usize(0..rows.len())].clone();
        let text = |result: diesel::QueryResult<()>| result.map_err(|error| error.to_string());
        let row = pick(&self.rows);
        match fastrand::u8(0..10) {
            0..5 => pace.timed(&table, Operation::Select, || text(row.read(connection))),
            5..8 => {
                let other = pick(&self.rows);
                pace.timed(&table, Operation::Update, || text(row.change(&other, connection)))
            }
            8 if self.inserted.len() < KEPT => {
                self.next += 1;
                let new = row.fresh(self.next);
                let sent = pace.timed(&table, Operation::Insert, || text(new.insert(connection)));
                self.inserted.push(new);
                sent
            }
            _ => match self.inserted.pop() {
                Some(old) => pace.timed(&table, Operation::Delete, || text(old.delete(connection))),
                None => pace.timed(&table, Operation::Select, || text(row.read(connection))),
            },
        }
    }
}

/// A client that sends short statements to all tables.
pub struct Program {
    connection: Connection,
    work: Vec<Box<dyn Work>>,
    interval: Duration,
}

impl Program {
    pub fn new(url: &str, number: usize, interval: Duration) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self {
            connection: Connection::establish(url)?,
            work: vec![
                WorkOn::<Customer>::boxed(number),
                WorkOn::<Product>::boxed(number),
                WorkOn::<Order>::boxed(number),
                WorkOn::<OrderLine>::boxed(number),
                WorkOn::<Event>::boxed(number),
                WorkOn::<Session>::boxed(number),
            ],
            interval,
        })
    }
}

#[derive(diesel::QueryableByName)]
struct Process {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

impl Client for Program {
    fn prepare(&mut self) -> Result<i32, String> {
        for work in &mut self.work {
            work.prepare(&mut self.connection).map_err(|error| error.to_string())?;
        }
        let process = diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result::<Process>(&mut self.connection);
        process.map(|own| own.pid).map_err(|error| error.to_string())
    }

    fn work(&mut self, pace: &Pace<'_>) -> Vec<Sent> {
        let Self {
            connection,
            work,
            interval,
        } = self;
        let mut sent = Vec::new();
        pace.each(*interval, || {
            let which = fastrand::usize(0..work.len());
            sent.push(work[which].send(connection, pace));
        });
        sent
    }
}
