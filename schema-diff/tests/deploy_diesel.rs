//! Programs built with Diesel against the databases before and after a change: what fails for them must be among what the proof finds, and the
//! types that are called readable must be those whose values Diesel reads as they are.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/workshop.rs"]
mod workshop;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use schema_diff_engine::{
    compatibility::{
        Certainty, Finding,
        readable::{Enums, Reading, reading},
    },
    model::DataType,
};
use workshop::{apply, joined, options, project_files, workshop};

/// Sends an operation in a transaction that is rolled back; keeps its error.
macro_rules! tried {
    ($connection:ident, $failed:ident, $name:literal, $operation:expr) => {
        $connection.batch_execute("BEGIN").await.unwrap();
        if let Err(error) = $operation.await {
            $failed.push(format!("{}: {error}", $name));
        }
        $connection.batch_execute("ROLLBACK").await.unwrap();
    };
}

/// Builds a program for a table `users` with a key and these columns, each with the value of a row.
macro_rules! program {
    ($module:ident { $($column:ident: [$($sql:tt)+] = $rust:ty => $value:expr),* $(,)? }) => {
        mod $module {
            use diesel::prelude::*;
            use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

            pub const SCHEMA: &str = concat!(
                "diesel::table! { users (id) { id -> Int4, ",
                $(stringify!($column), " -> ", stringify!($($sql)+), ", ",)*
                "} }"
            );

            diesel::table! { users (id) { id -> Int4, $($column -> $($sql)+,)* } }

            #[derive(Queryable, Insertable, Debug)]
            #[diesel(table_name = users)]
            #[allow(dead_code, reason = "reading it is the test")]
            struct Row { id: i32, $($column: $rust),* }

            #[derive(Insertable)]
            #[diesel(table_name = users)]
            struct Mandatory { id: i32, $($column: $rust),* }

            /// Returns what fails.
            pub async fn run(connection: &mut AsyncPgConnection) -> Vec<String> {
                let mut failed = Vec::new();
                let row = |id| Row { id, $($column: $value),* };
                tried!(connection, failed, "select", users::table.first::<Row>(connection));
                tried!(connection, failed, "find", users::table.find(1).get_result::<Row>(connection));
                tried!(connection, failed, "insert", diesel::insert_into(users::table).values(row(8)).get_result::<Row>(connection));
                tried!(connection, failed, "batch", diesel::insert_into(users::table).values(vec![row(8), row(9)]).execute(connection));
                let mandatory = Mandatory { id: 8, $($column: crate::Mandatory::mandatory($value)),* };
                tried!(connection, failed, "mandatory", diesel::insert_into(users::table).values(mandatory).execute(connection));
                $(
                    let update = diesel::update(users::table.find(1)).set(users::$column.eq($value));
                    tried!(connection, failed, "update", update.execute(connection));
                )*
                tried!(connection, failed, "delete", diesel::delete(users::table.find(1)).execute(connection));
                failed
            }
        }
    };
}

/// The value of an `INSERT` that gives only what it has to.
trait Mandatory {
    fn mandatory(self) -> Self;
}

impl<T> Mandatory for Option<T> {
    fn mandatory(self) -> Self {
        None
    }
}

macro_rules! always_given {
    ($($rust:ty),*) => { $(impl Mandatory for $rust { fn mandatory(self) -> Self { self } })* };
}

always_given!(i16, i32, i64, f32, f64, bool, String, chrono::NaiveDate);

fn text(text: &str) -> String {
    text.to_owned()
}

program!(named { name: [Text] = String => crate::text("x") });
program!(titled { title: [Text] = String => crate::text("x") });
program!(aged { name: [Text] = String => crate::text("x"), age: [Nullable<Int4>] = Option<i32> => Some(1) });
program!(grown { name: [Text] = String => crate::text("x"), age: [Int4] = i32 => 1 });
program!(long { name: [Text] = String => crate::text("x"), age: [Int8] = i64 => 1 });
program!(worded { name: [Text] = String => crate::text("x"), age: [Text] = String => crate::text("1") });
program!(maybe { name: [Nullable<Text>] = Option<String> => Some(crate::text("x")) });
program!(only_aged { age: [Nullable<Int4>] = Option<i32> => Some(1) });

type Run = fn(&mut AsyncPgConnection) -> std::pin::Pin<Box<dyn Future<Output = Vec<String>> + '_>>;

/// The program of before with its table, the new one, and the options.
struct Change {
    name: &'static str,
    before: &'static str,
    old: Run,
    new: Run,
    schema: &'static str,
    arguments: &'static [&'static str],
}

macro_rules! change {
    ($name:literal, $before:literal, $old:ident, $new:ident $(, $argument:literal)*) => {
        Change {
            name: $name,
            before: concat!("CREATE TABLE users (id int PRIMARY KEY, ", $before, ")"),
            old: |connection| Box::pin($old::run(connection)),
            new: |connection| Box::pin($new::run(connection)),
            schema: $new::SCHEMA,
            arguments: &[$($argument),*],
        }
    };
}

fn changes() -> Vec<Change> {
    vec![
        change!("new nullable", "name text NOT NULL", named, aged),
        change!(
            "new mandatory",
            "name text NOT NULL",
            named,
            grown,
            "--backfill",
            "users.age=0"
        ),
        change!("dropped nullable", "name text NOT NULL, age int", aged, named),
        change!(
            "dropped mandatory",
            "name text NOT NULL, age int NOT NULL",
            grown,
            named
        ),
        change!(
            "dropped with default",
            "name text NOT NULL, age int NOT NULL DEFAULT 0",
            grown,
            named
        ),
        change!(
            "renamed",
            "name text NOT NULL",
            named,
            titled,
            "--rename",
            "users.name:title"
        ),
        change!("retyped", "name text NOT NULL, age int NOT NULL", grown, long),
        change!("retyped back", "name text NOT NULL, age bigint NOT NULL", long, grown),
        change!("to text", "name text NOT NULL, age int NOT NULL", grown, worded),
        change!(
            "from text",
            "name text NOT NULL, age text NOT NULL",
            worded,
            grown,
            "--using",
            "users.age=age::int"
        ),
        change!(
            "to NOT NULL",
            "name text NOT NULL, age int",
            aged,
            grown,
            "--backfill",
            "users.age=0"
        ),
        change!("to nullable", "name text NOT NULL", named, maybe),
        change!(
            "dropped and new",
            "name text NOT NULL",
            named,
            only_aged,
            "--drop",
            "users.name"
        ),
        change!("nothing that Diesel sees", "name varchar(20) NOT NULL", named, named),
    ]
}

const ROW: &str = "INSERT INTO users SELECT (jsonb_populate_record(NULL::users, '{\"id\": 1, \"name\": \"1\", \"title\": \"1\", \"age\": 1}')).*";

#[test]
fn what_fails_for_diesel_is_found() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut wrong = Vec::new();
    for change in changes() {
        let database = workshop().database();
        let mut client = database.connect().unwrap();
        client.batch_execute(change.before).unwrap();
        let root = project_files(change.schema, "");
        let options = options(change.arguments.iter().copied()).unwrap();
        let (_, made) = workshop()
            .generate(root.path(), &database.url(), &options)
            .unwrap()
            .unwrap();
        client.batch_execute(ROW).unwrap();
        let fails = |run: Run| {
            runtime.block_on(async {
                let mut connection = AsyncPgConnection::establish(&database.url()).await.unwrap();
                let _ = connection.batch_execute("SELECT 1").await;
                run(&mut connection).await
            })
        };
        assert_eq!(
            fails(change.old),
            Vec::<String>::new(),
            "{}: the program of before",
            change.name
        );
        let new = fails(change.new);
        apply(&mut client, &joined(&made).0).unwrap();
        let old = fails(change.old);
        assert_eq!(
            fails(change.new),
            Vec::<String>::new(),
            "{}: the new program",
            change.name
        );
        let always = |all: &[Finding]| all.iter().any(|own| own.certainty == Certainty::Always);
        let found = [always(&made.compatibility.old), always(&made.compatibility.new)];
        if found != [!old.is_empty(), !new.is_empty()] {
            wrong.push(format!(
                "{}: {old:?} {new:?}, but {:#?}",
                change.name, made.compatibility
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The values of a column of each type, as SQL.
const COLUMNS: &[(&str, &str)] = &[
    ("int2", "7"),
    ("int4", "7"),
    ("int8", "7"),
    ("float4", "7"),
    ("float8", "7"),
    ("numeric", "7"),
    ("bool", "true"),
    ("text", "'7'"),
    ("varchar", "'7'"),
    ("bpchar", "'7'"),
    ("name", "'7'"),
    ("bytea", "'7'"),
    ("uuid", "'80000000-0000-0000-0000-0000000000ff'"),
    ("jsonb", "'7'"),
    ("date", "'2026-01-02'"),
    ("timestamp", "'2026-01-02 03:04:05'"),
    ("timestamptz", "'2026-01-02 03:04:05+00'"),
    ("time", "'03:04:05'"),
    ("interval", "'7 days'"),
    ("money", "7"),
    ("digit", "'7'"),
];

/// Returns as which text a type reads a column, if at all.
macro_rules! read {
    ($connection:ident, $declared:literal, $sql:ident as $rust:ty, $shown:expr) => {{
        use diesel_async::RunQueryDsl;
        diesel::table! { of_one (id) { id -> Int4, v -> $sql, } }
        let query = diesel::QueryDsl::select(of_one::table, of_one::v);
        let found = query.get_result::<$rust>($connection).await;
        ($declared, found.ok().map(|value: $rust| ($shown)(value)))
    }};
}

async fn readings(connection: &mut AsyncPgConnection) -> Vec<(&'static str, Option<String>)> {
    vec![
        read!(connection, "int2", Int2 as i16, |own: i16| own.to_string()),
        read!(connection, "int4", Int4 as i32, |own: i32| own.to_string()),
        read!(connection, "int8", Int8 as i64, |own: i64| own.to_string()),
        read!(connection, "float4", Float as f32, |own: f32| own.to_string()),
        read!(connection, "float8", Double as f64, |own: f64| own.to_string()),
        read!(connection, "bool", Bool as bool, |own: bool| own.to_string()),
        read!(connection, "text", Text as String, |own: String| own),
        read!(
            connection,
            "date",
            Date as chrono::NaiveDate,
            |own: chrono::NaiveDate| own.to_string()
        ),
        read!(
            connection,
            "timestamp",
            Timestamp as chrono::NaiveDateTime,
            |own: chrono::NaiveDateTime| own.to_string()
        ),
        read!(
            connection,
            "timestamptz",
            Timestamptz as chrono::DateTime<chrono::Utc>,
            |own: chrono::DateTime<chrono::Utc>| own.to_rfc3339()
        ),
        read!(
            connection,
            "time",
            Time as chrono::NaiveTime,
            |own: chrono::NaiveTime| own.to_string()
        ),
    ]
}

/// A value is the same if it has the same text; one of another kind is not: 7 as a boolean.
#[test]
fn readable_types_are_those_of_diesel() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut wrong = Vec::new();
    let mut tables = Vec::new();
    for (actual, value) in COLUMNS {
        let database = workshop().database();
        let sql = format!(
            "CREATE TYPE digit AS ENUM ('7'); CREATE TABLE of_one (id int PRIMARY KEY, v {actual}); INSERT INTO of_one VALUES (1, {value})"
        );
        database.connect().unwrap().batch_execute(&sql).unwrap();
        let found = runtime.block_on(async {
            let mut connection = AsyncPgConnection::establish(&database.url()).await.unwrap();
            readings(&mut connection).await
        });
        tables.push((*actual, found));
    }
    for (actual, found) in &tables {
        for (declared, shown) in found {
            let own = tables.iter().find(|(name, _)| name == declared).unwrap();
            let expected = own
                .1
                .iter()
                .find(|(name, _)| name == declared)
                .and_then(|(_, shown)| shown.as_ref());
            let is_same = shown.is_some() && shown.as_ref() == expected;
            let enums = Enums {
                declared: false,
                actual: *actual == "digit",
            };
            let readable = reading(&DataType::builtin(declared), &DataType::builtin(actual), enums) == Reading::Same;
            if readable && !is_same || !readable && is_same && !is_coincidence(declared, actual) {
                wrong.push(format!("{actual} as {declared}: {shown:?}, readable: {readable}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a value is read alike only by chance, or as a part of it.
fn is_coincidence(declared: &str, actual: &str) -> bool {
    match declared {
        // All that is not zero is true.
        "bool" => true,
        "text" => actual == "bytea",
        "time" => actual.starts_with("timestamp"),
        _ => false,
    }
}
