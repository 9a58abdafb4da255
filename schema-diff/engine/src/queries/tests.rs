#![allow(clippy::unwrap_used)]

use super::{Queries, SourceText};
use crate::{
    model::TableName,
    parse::{Role, SourceFile, parse},
};

const SCHEMA: &str = "diesel::table! { users (id) { id -> Int4, name -> Text, fax -> Nullable<Text>, } } \
    diesel::table! { posts (id) { id -> Int4, user_id -> Int4, fax -> Text, } }";

/// What is known of `users`: the columns that are read and written, and whether rows are inserted and changed.
fn found(files: &[(&str, &str)]) -> String {
    let declared = parse(&[SourceFile::new("src/schema.rs", SCHEMA, Role::Schema)]).unwrap();
    let files: Vec<SourceText> = files
        .iter()
        .map(|(path, text)| SourceText {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
            is_schema: path.ends_with("schema.rs"),
        })
        .collect();
    let users = TableName::public("users");
    let queries = Queries::of(&files, &declared.tables, &|name| *name == users);
    let own = queries.table(&users).cloned().unwrap_or_default();
    let columns = |is_named: &dyn Fn(&str) -> bool| {
        let named: Vec<&str> = ["id", "name", "fax"]
            .into_iter()
            .filter(|name| is_named(name))
            .collect();
        named.join(",")
    };
    let mut text = columns(&|name| own.reads(name).is_some());
    text.push('|');
    text += &columns(&|name| own.writes(name).is_some());
    text += if own.inserts().is_some() { "|inserts" } else { "|" };
    text += if own.changes().is_some() { "|changes" } else { "|" };
    text
}

const ALL: &str = "id,name,fax|";
const USER: &str = "use crate::schema::users; #[derive(Queryable, Selectable)] #[diesel(table_name = users)] \
    struct User { id: i32, name: String } ";

/// Code beside a struct that selects `id` and `name`, and what is known of the table.
#[test]
fn what_each_query_names() {
    let cases: &[(&str, &str)] = &[
        ("", "id,name|||"),
        // Reading.
        (
            "fn f() { users::table.select(User::as_select()).load(c) }",
            "id,name|||",
        ),
        ("fn f() { users::table.load::<User>(c) }", "id,name,fax|||"),
        (
            "fn f() { users::table.filter(users::id.eq(1)).first::<User>(c) }",
            "id,name,fax|id||",
        ),
        (
            "fn f() { users::table.filter(users::id.eq(1)).select(User::as_select()).first(c) }",
            "id,name|id||",
        ),
        (
            "fn f() { crate::schema::users::table.select(users::name).load::<String>(c) }",
            "id,name|name||",
        ),
        (
            "fn f() { users::table.select(users::all_columns).load(c) }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        ("fn f() { users::table.count().get_result::<i64>(c) }", "id,name|||"),
        (
            "async fn f() { users::table.find(1).select(User::as_select()).first(c).await? }",
            "id,name|||",
        ),
        (
            "fn f() { users::table.select(sql::<Text>(\"*\")).load(c) }",
            "id,name,fax|||",
        ),
        (
            "fn f() { diesel::select(exists(users::table.filter(users::id.eq(1)))).get_result(c) }",
            "id,name,fax|id||",
        ),
        (
            "fn f() { users::table.own(c).select(User::as_select()) }",
            "id,name,fax|||changes",
        ),
        // A helper, a boxed query, a type.
        (
            "fn all() -> Q { users::table.select(User::as_select()) } fn f() { all().load(c) }",
            "id,name|||",
        ),
        ("type Q = Select<users::table, AsSelect<User, Pg>>;", "id,name|||"),
        (
            "fn f() { let mut q = users::table.into_boxed(); q = q.limit(1); q.load::<User>(c) }",
            "id,name,fax|||changes",
        ),
        (
            "fn f() { let q = users::table.select(User::as_select()).into_boxed(); q.load(c) }",
            "id,name|||",
        ),
        ("fn f() { all_of(users::table) }", "id,name,fax||inserts|changes"),
        // Names in scope.
        (
            "use crate::schema::users::dsl::*; fn f() { users.load::<User>(c) }",
            "id,name,fax|||",
        ),
        (
            "use crate::schema::users::dsl::*; fn f() { users.filter(fax.is_null()).select(User::as_select()).load(c) }",
            "id,name,fax|fax||",
        ),
        (
            "use crate::schema::users as u; fn f() { u::table.load(c); u::dsl::fax }",
            "id,name,fax|fax||",
        ),
        (
            "use crate::schema::users::dsl; fn f() { dsl::users.load(c) }",
            "id,name,fax|||",
        ),
        (
            "use crate::schema::users::table; fn f() { table.load(c) }",
            "id,name,fax|||",
        ),
        (
            "use crate::schema::users::table as t; fn f() { t.load(c) }",
            "id,name,fax|||",
        ),
        (
            "pub use crate::schema::users::dsl::*;",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        (
            "fn f(fax: String, users: Vec<User>) { let fax = users.len(); posts::fax; user.fax; users.first() }",
            "id,name|||",
        ),
        // Joins.
        (
            "fn f() { posts::table.inner_join(users::table).load::<(Post, User)>(c) }",
            "id,name,fax|||",
        ),
        (
            "fn f() { posts::table.inner_join(users::table).select((posts::id, User::as_select())).load(c) }",
            "id,name|||",
        ),
        (
            "fn f() { posts::table.left_join(users::table.on(posts::user_id.eq(users::id))).select(posts::id).load(c) }",
            "id,name|id||",
        ),
        (
            "fn f() { posts::table.filter(posts::user_id.eq_any(users::table.select(users::id))).load(c) }",
            "id,name|id||",
        ),
        // Writing.
        (
            "fn f() { diesel::insert_into(users::table).values(users::name.eq(1)).execute(c) }",
            "id,name|name|inserts|",
        ),
        (
            "fn f() { diesel::insert_into(users::table).values(&new).get_result::<User>(c) }",
            "id,name,fax||inserts|",
        ),
        (
            "fn f() { insert_into(users::table).values(&new).returning(User::as_returning()).get_result(c) }",
            "id,name||inserts|",
        ),
        (
            "fn f() { diesel::update(users::table.find(1)).set(users::name.eq(1)).execute(c) }",
            "id,name|name||changes",
        ),
        (
            "fn f() { diesel::update(users::table.find(1)).set(&change).get_result::<User>(c) }",
            "id,name,fax|||changes",
        ),
        (
            "fn f() { diesel::delete(users::table.find(1)).execute(c) }",
            "id,name|||changes",
        ),
        (
            "fn f() { diesel::delete(users::table).returning(users::id).get_result(c) }",
            "id,name|id||changes",
        ),
        (
            "fn f() { new.insert_into(users::table).execute(c) }",
            "id,name||inserts|",
        ),
        (
            "fn f() { insert_into(T::of()).values(v).execute(c) }",
            "id,name||inserts|",
        ),
        (
            "fn f() { insert_into(posts::table).values(v).execute(c) }",
            "id,name|||",
        ),
        (
            "use diesel::insert_into as add; fn f() { add(users::table).values(v).execute(c) }",
            "id,name||inserts|",
        ),
        (
            "#[derive(Insertable)] #[diesel(table_name = users)] struct New { name: String, fax: Option<String> }",
            "id,name|name,fax||",
        ),
        (
            "#[derive(Insertable)] #[diesel(table_name = users)] struct New { #[diesel(column_name = fax)] phone: String }",
            "id,name|fax||",
        ),
        (
            "#[derive(Insertable)] #[diesel(table_name = users)] struct New(#[diesel(column_name = fax)] String);",
            "id,name|fax||",
        ),
        (
            "#[derive(Insertable)] #[diesel(table_name = posts)] struct New { fax: String }",
            "id,name|||",
        ),
        ("struct Form { fax: String } fn f() { Form { fax: x } }", "id,name|||"),
        // Structs that change a row.
        (
            "#[derive(AsChangeset, Identifiable)] #[diesel(table_name = users)] struct C { id: i32, name: String } fn f() { c.save_changes::<User>(x) }",
            "id,name,fax|id,name||changes",
        ),
        (
            "#[derive(Identifiable)] #[diesel(table_name = users)] struct C { id: i32 } fn f() { diesel::update(&c).set(users::name.eq(1)).execute(x) }",
            "id,name|name||changes",
        ),
        (
            "#[derive(Identifiable)] #[diesel(table_name = users)] struct C { id: i32 } fn f() { diesel::delete(&c).get_result::<User>(x) }",
            "id,name,fax|||changes",
        ),
        ("fn f() { User::belonging_to(&org).load::<User>(c) }", "id,name,fax|||"),
        (
            "fn f() { User::belonging_to(&org).select(User::as_select()).load(c) }",
            "id,name|||",
        ),
        (
            "fn f() { User::table().load(c) }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        // Macros.
        ("crud!(users, User);", "id,name,fax|id,name,fax|inserts|changes"),
        ("macro_rules! all { () => { users::table.load(c) } }", "id,name,fax|||"),
        ("set!(user, fax);", "id,name,fax|fax||"),
        (
            "diesel::alias!(users as other);",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        ("include!(\"other.rs\");", "id,name,fax|id,name,fax|inserts|changes"),
        (
            "#[derive(Crud)] #[crud(table = users)] struct X;",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        ("fn f() { println!(\"{}\", users.len()) }", "id,name|||"),
        // SQL.
        (
            "fn f() { sql_query(\"SELECT * FROM users\").load(c) }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        (
            "const Q: &str = \"SELECT id FROM users\"; fn f() { sql_query(Q).load(c) }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        (
            "fn f() { sql_query(format!(\"SELECT * FROM {t}\")).load(c) }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        (
            "fn f() { sql_query(text).load(c) }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        (
            "fn f() { users::table.filter(sql::<Bool>(\"fax IS NULL\")).select(User::as_select()).load(c) }",
            "id,name,fax|fax||",
        ),
        (
            "fn f() { sql_query(\"SELECT id FROM posts\").load(c); error!(\"failed to load users\") }",
            "id,name|id||",
        ),
        (
            "const Q: &str = concat!(\"SELECT * \", \"FROM users\"); fn f() { sql_query(Q).load(c) }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        ("fn f() { error!(\"no fax set by name\") }", "id,name|||"),
        // Functions of the same names.
        (
            "use axum::routing::delete; #[derive(Identifiable)] #[diesel(table_name = users)] struct C { id: i32 } fn f() { route(delete(remove)) }",
            "id,name|||",
        ),
        (
            "#[derive(Identifiable)] #[diesel(table_name = users)] struct C { id: i32 } #[delete(\"/\")] fn f() {}",
            "id,name|||",
        ),
        (
            "use diesel::delete; #[derive(Identifiable)] #[diesel(table_name = users)] struct C { id: i32 } fn f() { delete(&c).execute(x) }",
            "id,name|||changes",
        ),
        (
            "use crate::schema::posts::dsl::*; fn f() { insert_into(posts).values(v).execute(c) }",
            "id,name|||",
        ),
        (
            "fn f() { RunQueryDsl::load(users::table, c) }",
            "id,name,fax||inserts|changes",
        ),
        (
            "fn f() { users::table.select(users::table::all_columns()).load(c) }",
            "id,name,fax||inserts|changes",
        ),
        (
            "macro_rules! row { ($($f:ident: $t:ty),*) => {} } row! { name: String, fax: Option<String> }",
            "id,name,fax|name,fax||",
        ),
        (
            "macro_rules! m { () => { use $crate::schema::users::dsl::*; users.load(c) } }",
            "id,name,fax|||",
        ),
        (
            "macro_rules! m { ($n:ident) => { #[derive(Insertable)] #[diesel(table_name = users)] struct $n { fax: String } } }",
            "id,name|fax||",
        ),
        (
            "macro_rules! m { ($t:ident) => { #[derive(Insertable)] #[diesel(table_name = $t)] struct N { fax: String } } }",
            "id,name|fax||",
        ),
        (
            "#[derive(Insertable)] #[diesel(table_name = users)] #[schema(example = json!({}))] struct N { fax: String }",
            "id,name|fax||",
        ),
        (
            "diesel::table! { #[sql_name = \"users\"] accounts (id) { id -> Int4, fax -> Text, } }",
            "id,name,fax|id,name,fax|inserts|changes",
        ),
        // Tests are not deployed.
        (
            "#[cfg(test)] mod tests { fn f() { users::table.load::<User>(c) } } fn g() {}",
            "id,name|||",
        ),
        (
            "#[cfg(test)] use crate::schema::users::dsl::*; #[test] fn f() { users.load(c) }",
            "id,name|||",
        ),
        (
            "#[cfg(not(test))] fn f() { users::table.load::<User>(c) }",
            "id,name,fax|||",
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(code, wanted)| {
            let found = found(&[("src/lib.rs", &format!("{USER}{code}"))]);
            (found != *wanted).then(|| format!("{code}\n  {found}\n  {wanted}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn files_see_what_others_import() {
    let parent = "use crate::schema::users::dsl::{self as u, *}; mod child;";
    for (child, wanted) in [
        ("use super::*; fn f() { users.load(c) }", "id,name,fax|||"),
        ("use super::fax; fn f() { fax.eq(1) }", "fax|fax||"),
        ("use super::u; fn f() { u::fax; u::users.load(c) }", "id,name,fax|fax||"),
        ("fn f() { super::u::fax }", "fax|fax||"),
        ("fn f() { super::fax.eq(1) }", "fax|fax||"),
        ("fn f() { users.load(c); fax }", "|||"),
    ] {
        let found = found(&[("src/lib.rs", parent), ("src/child.rs", child)]);
        assert_eq!(found, wanted, "{child}");
    }
}

#[test]
fn a_schema_file_may_have_code() {
    let code = "fn f() { users::table.select(users::name).load(c) }";
    let text = format!("{SCHEMA}{code}");
    assert_eq!(found(&[("src/schema.rs", &text)]), "name|name||");
    assert!(found(&[("src/other.rs", &text)]).starts_with(ALL));
}

#[test]
fn what_is_no_rust_may_do_anything() {
    let found = found(&[("src/lib.rs", "fn f( { users::table.select(x) }")]);
    assert!(found.starts_with(ALL), "{found}");
}

#[test]
fn the_origin_is_a_file_and_a_line() {
    let declared = parse(&[SourceFile::new("src/schema.rs", SCHEMA, Role::Schema)]).unwrap();
    let users = TableName::public("users");
    let text = format!("{USER}\n\nfn f() {{ users::table\n.load::<User>(c) }}");
    let file = SourceText {
        path: "src/lib.rs".to_owned(),
        text,
        is_schema: false,
    };
    let queries = Queries::of(&[file], &declared.tables, &|_| true);
    let own = queries.table(&users).unwrap();
    let shown = |column| own.reads(column).unwrap().to_string();
    assert_eq!(shown("name"), "`struct User` (src/lib.rs:1) selects name");
    assert_eq!(shown("fax"), "`users::table.load` (src/lib.rs:3) selects all columns");
}

/// Whatever is cut out of a file, reading it is no error.
#[test]
fn broken_code_is_no_error() {
    let code = format!(
        "{USER} use users :: {{ dsl as d , * }} ; # [ cfg ( test ) ] mod t {{ }} fn f ( ) {{ users :: table . load :: < A < B > > ( c ) ? . x ; \
         a . inner_join ( users :: table . on ( x ) ) . select ( y ) ; m ! ( users ) ; sql_query ( \"SELECT\" ) ; & users :: table }} ."
    );
    let words: Vec<&str> = code.split_whitespace().collect();
    for skipped in 0..words.len() {
        for kept in [1, 2, 5] {
            let rest = words.iter().enumerate();
            let rest: Vec<&str> = rest
                .filter(|(at, word)| !(skipped..skipped + kept).contains(at) || "{}()[]".contains(**word))
                .map(|(_, word)| *word)
                .collect();
            found(&[("src/lib.rs", &rest.join(" "))]);
        }
    }
}
