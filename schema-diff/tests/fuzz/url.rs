//! Database URLs and connection strings.

use proptest::prelude::*;
use schema_diff_engine::{cluster::database_url, connection::DatabaseUrl};

use super::{damage::damaged, fuzz, same};

const PIECES: &[&str] = &[
    "",
    ":",
    "/",
    "//",
    "@",
    "?",
    "&",
    "=",
    "%",
    "%4",
    "%00",
    "%FF",
    "%2F",
    "[",
    "]",
    ",",
    "'",
    "\\",
    " ",
    "#",
    "\n",
    "\u{e9}",
    "dbname=x",
    "host",
    "ssl=true",
    "sslmode=require",
    "5432",
    "postgres://",
    "\0",
];

/// In every password of these tests.
const SECRET: &str = "s3cr3t";

/// What is accepted reads the same once it is written.
fn read(text: &str) -> Result<(), String> {
    let text = database_url::with_database(text, "other");
    let _ = database_url::without_password(&text);
    match DatabaseUrl::parse(&text) {
        Ok(url) => same(
            &url.reveal(),
            &DatabaseUrl::parse(&url.reveal())
                .map_err(|error| error.to_string())?
                .reveal(),
        ),
        Err(error) if error.to_string().is_empty() => Err("no reason is given".to_owned()),
        Err(_) => Ok(()),
    }
}

/// Nothing that is shown of a text has its password in it.
fn hides_secret(text: &str) -> Result<(), String> {
    let mut shown = vec![database_url::without_password(text)];
    match DatabaseUrl::parse(text) {
        Ok(url) => shown.extend([url.to_string(), format!("{url:?}")]),
        Err(error) => shown.extend([error.to_string(), format!("{error:?}")]),
    }
    match shown.iter().find(|shown| shown.contains(SECRET)) {
        Some(shown) => Err(format!("{text:?} is shown as {shown:?}")),
        None => Ok(()),
    }
}

#[test]
fn arbitrary_texts() {
    fuzz(500, &any::<String>(), |text| {
        read(&text)?;
        read(&format!("postgres://{text}"))?;
        read(&format!("host={text}"))
    });
}

#[test]
fn damaged_urls() {
    let texts = [
        "postgres://user:password@host.example.org:5433/database?sslmode=require&application_name=x",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/database",
        "postgresql:///database?host=/tmp&port=5433&user=me",
        "postgresql://a:1,b:2,[::1]:3/d?target_session_attrs=read-write",
        "host=h port=5432 dbname='with space' user=u password='it\\'s' sslmode=prefer",
        "service=app dbname=x",
    ];
    fuzz(2000, &damaged(texts.map(str::to_owned).to_vec(), PIECES), |text| {
        read(&text)
    });
}

/// A URL with one of these passwords, as people type them: not encoded.
#[test]
fn passwords_are_hidden() {
    let password = "[a-z:/@?#%&=!+ ]{0,4}".prop_flat_map(|before| ("[a-z:/@?#%&=!+ ]{0,4}", Just(before)));
    let host = prop::sample::select(vec!["h", "h:5432", "h:x", "[::1", "[::1]:5", "a,b:1", "", "h:99999"]);
    let rest = prop::sample::select(vec![
        "",
        "/",
        "/d",
        "/d?sslmode=x",
        "/d?schema=public",
        "/d?x",
        "?",
        "/d%zz",
        "/a/b@c",
        "/d?user=a@b",
    ]);
    let scheme = prop::sample::select(vec!["postgres", "postgresql", "POSTGRES", "mysql", "postgres+x"]);
    fuzz(
        2000,
        &(scheme, password, host, rest),
        |(scheme, (after, before), host, rest)| {
            hides_secret(&format!("{scheme}://u:{before}{SECRET}{after}@{host}{rest}"))
        },
    );
}

#[test]
fn passwords_of_connection_strings_are_hidden() {
    let names = prop::sample::select(vec!["password", "sslpassword", "Password", "password "]);
    // A blank ends a value that is not quoted: what follows is a name.
    let (around, opening) = (|| "[a-z=' \\\\]{0,4}", "[a-z=\\\\]{0,4}|'[a-z= \\\\]{0,3}|''");
    // After an equals sign and a blank the name is a value, and what follows the next blank a name.
    let before = around().prop_filter("a name", |before: &String| !before.trim_end().ends_with('='));
    fuzz(
        1000,
        &(before, names, opening, around()),
        |(before, name, opening, closing)| hides_secret(&format!("{before} {name}={opening}{SECRET}{closing}")),
    );
}
