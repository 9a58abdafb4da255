//! URLs of databases, as Diesel, libpq and the `postgres` crate read them. They are parsed only as far as needed.

use std::fmt::Write as _;
use std::path::Path;

use crate::connection::DatabaseUrl;

/// Returns the URL of a database on a server that listens on the socket in `directory`, as the superuser `postgres`.
#[must_use]
pub fn of_socket(directory: &Path, database: &str) -> String {
    let host = encode(directory.as_os_str().as_encoded_bytes());
    format!("postgres://postgres@{host}/{}", encode(database.as_bytes()))
}

/// Returns the URL (or `key=value` text) with another database.
#[must_use]
pub fn with_database(url: &str, database: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // If a key has two values, the last one counts.
        let quoted = database.replace('\\', r"\\").replace('\'', r"\'");
        return format!("{url} dbname='{quoted}'");
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
    let query: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("dbname="))
        .collect();
    let question = if query.is_empty() { "" } else { "?" };
    format!(
        "{scheme}://{authority}/{}{question}{}",
        encode(database.as_bytes()),
        query.join("&")
    )
}

/// Returns the URL (or `key=value` text) for messages: without its password, or no part of it if it is invalid.
#[must_use]
pub fn without_password(url: &str) -> String {
    DatabaseUrl::parse(url).map_or_else(|_| "the given URL".to_owned(), |url| url.to_string())
}

/// Encodes all characters as %XX, except those that are allowed in every part of a URL.
fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(*byte)),
            _ => _ = write!(text, "%{byte:02X}"),
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{of_socket, with_database, without_password};
    use std::path::Path;

    #[test]
    fn another_database() {
        let cases = [
            ("postgres://u:p@h:5433/app", "postgres://u:p@h:5433/x%20y"),
            ("postgres://u@h", "postgres://u@h/x%20y"),
            (
                "postgresql://h/app?sslmode=require&dbname=app",
                "postgresql://h/x%20y?sslmode=require",
            ),
            ("postgresql:///app?host=/tmp", "postgresql:///x%20y?host=/tmp"),
            (
                "postgres://postgres@%2Ftmp%2Fs/app",
                "postgres://postgres@%2Ftmp%2Fs/x%20y",
            ),
            ("host=h dbname=app", "host=h dbname=app dbname='x y'"),
        ];
        for (url, expected) in cases {
            let changed = with_database(url, "x y");
            assert_eq!(changed, expected);
            let config: postgres::Config = changed.parse().expect("the driver reads it");
            assert_eq!(config.get_dbname(), Some("x y"), "{changed}");
        }
    }

    #[test]
    fn passwords_are_hidden() {
        let cases = [
            ("postgres://u:se@cret@h:5433/app", "postgresql://u@h:5433/app"),
            ("postgres://u:se/cr?et@h/app", "postgresql://u@h/app"),
            ("postgres://h/app?password=x&sslmode=require", "postgresql://h/app"),
            ("host=h password=secret user=u", "postgresql://u@h/"),
            ("host=h password='secret", "the given URL"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_password(url), expected);
        }
    }

    #[test]
    fn a_socket_url_is_read_back() {
        let config: postgres::Config = of_socket(Path::new("/dev/shm/a b"), "käse/1")
            .parse()
            .expect("the driver reads it");
        assert_eq!(
            config.get_hosts(),
            [postgres::config::Host::Unix("/dev/shm/a b".into())]
        );
        assert_eq!(config.get_dbname(), Some("käse/1"));
        assert_eq!(config.get_user(), Some("postgres"));
    }
}
