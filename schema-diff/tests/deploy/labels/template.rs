//! The parts of a program that are alike for all tables. `$table` is the module of a table, `$path` its name in labels.

/// A module with a join.
pub const JOIN: &str = r#"
use deploy_program::Session;
pub async fn seed(_: &mut Session) {}
pub async fn write(_: &mut Session, _: usize) {}
pub async fn run(s: &mut Session) {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    s.begin().await;
    let both = schema::$child::table.inner_join(schema::$parent::table);
    let both = both.select(($child::Row::as_select(), $parent::Row::as_select()));
    let found = both.load::<($child::Row, $parent::Row)>(&mut s.connection).await;
    s.end("$path", "join $parent", found).await;
}
"#;

/// Reads all rows.
pub const READ: &str = r#"
pub async fn read(s: &mut Session) {
    s.begin().await;
    let found = $table::table.select(Row::as_select()).load::<Row>(&mut s.connection).await;
    if let Some(rows) = s.end("$path", "select", found).await {
        s.keep("$path", rows.iter().map(Row::shown).collect());
    }
}
"#;

/// The statements that do not depend on the columns, and what is committed.
pub const STATEMENTS: &str = r#"
async fn find(s: &mut Session, at: &At) -> QueryResult<Shown> {
    let found = $table::table.find(key(at)).select(Row::as_select()).first::<Row>(&mut s.connection).await;
    found.map(|row| row.shown())
}
async fn insert(s: &mut Session, new: New) -> QueryResult<usize> {
    diesel::insert_into($table::table).values(new).execute(&mut s.connection).await
}
async fn mandatory(s: &mut Session, at: &At) -> QueryResult<usize> {
    diesel::insert_into($table::table).values(Mandatory::at(at)).execute(&mut s.connection).await
}
async fn delete(s: &mut Session, at: &At) -> QueryResult<usize> {
    diesel::delete($table::table.find(key(at))).execute(&mut s.connection).await
}
async fn try_insert(s: &mut Session, statement: &str, at: &At) {
    let new = New::at(at);
    s.begin().await;
    let done = insert(s, new.clone()).await;
    let read = match done { Ok(_) => find(s, at).await, Err(_) => Err(diesel::result::Error::NotFound) };
    s.written("$path", statement, done, &new.shown(), read).await;
}
pub async fn seed(s: &mut Session) {
    for row in [1, 2] { insert(s, New::at(&At::row(row))).await.unwrap(); }
    s.skip_numbers("$path").await;
    mandatory(s, &At::row(3)).await.unwrap();
}
async fn write_rows(s: &mut Session, first: usize) {
    let _ = insert(s, New::at(&At::row(first))).await;
    let _ = mandatory(s, &At::row(first + 2)).await;
    let _ = insert(s, New::at(&At::row(first + 3))).await;
}
"#;

/// Tries them.
pub const RUN: &str = r#"
    for row in [1, 2, 5, 240] { s.mark("$path", row, KEY, key_texts(&At::row(row))); }
    s.begin().await;
    let found = find(s, &At::row(1)).await.optional();
    s.end("$path", "find", found).await;
    try_insert(s, "insert", &At::row(511)).await;
    try_insert(s, "insert large", &At::row(521).like(Mode::Large)).await;
    try_insert(s, "insert small", &At::row(522).like(Mode::Small)).await;
    s.begin().await;
    let done = mandatory(s, &At::row(515)).await;
    s.end("$path", "insert mandatory", done).await;
    s.begin().await;
    let both = vec![New::at(&At::row(513)), New::at(&At::row(514))];
    let done = diesel::insert_into($table::table).values(both).execute(&mut s.connection).await;
    s.end("$path", "insert batch", done).await;
    s.begin().await;
    let new = New::at(&At::row(512));
    let found = diesel::insert_into($table::table).values(new.clone()).returning(Row::as_returning()).get_result::<Row>(&mut s.connection).await;
    let is_refused = matches!(found, Err(diesel::result::Error::DatabaseError(..)));
    let statement = if is_refused { "insert returning" } else { "returning" };
    if let Some(row) = s.end("$path", statement, found).await {
        s.compare("$path", "returning", &new.shown(), &row.shown());
    }
    s.begin().await;
    let done = delete(s, &At::row(2)).await;
    s.end("$path", "delete", done).await;
    s.begin().await;
    let done = delete(s, &At::row(1)).await;
    s.end("$path", "delete referred", done).await;
"#;

/// Tries a change of all columns.
pub const CHANGE: &str = r#"
    let new = New::at(&At::row(516));
    s.begin().await;
    let done = diesel::update($table::table.find(key(&At::row(1)))).set(new.clone()).execute(&mut s.connection).await;
    let read = match done { Ok(_) => find(s, &At::row(1)).await, Err(_) => Err(diesel::result::Error::NotFound) };
    let written: Shown = new.shown().into_iter().filter(|(name, _)| !KEY.contains(name)).collect();
    s.written("$path", "change", done, &written, read).await;
"#;

/// Tries an upsert.
pub const UPSERT: &str = r#"
    let new = New::at(&At::row(1));
    s.begin().await;
    let done = diesel::insert_into($table::table).values(new.clone()).on_conflict($conflict).do_update().set(new).execute(&mut s.connection).await;
    s.end("$path", "upsert", done).await;
"#;

/// Changes one column.
pub const UPDATE: &str = r#"
async fn update_$column(s: &mut Session, at: &At, value: $rust) -> QueryResult<usize> {
    diesel::update($table::table.find(key(at))).set($table::$column.eq(value)).execute(&mut s.connection).await
}
"#;

/// Tries each value of a column, and NULL.
pub const RUN_UPDATE: &str = r#"
    let at = &At::row(516);
    for value in <$rust as Value>::each($value_at) {
        let written = [("$column", Value::shown(&value))];
        s.begin().await;
        let done = update_$column(s, &At::row(1), value).await;
        let read = match done { Ok(_) => find(s, &At::row(1)).await, Err(_) => Err(diesel::result::Error::NotFound) };
        s.written("$path", "update $column", done, &written, read).await;
    }
    if let Some(value) = <$rust as Value>::null() {
        s.begin().await;
        let done = update_$column(s, &At::row(1), value).await;
        s.end("$path", "update $column to NULL", done).await;
    }
"#;
