//! URLs of databases, as Diesel, libpq and the `postgres` crate read them: taken apart no further than needed.

use std::fmt::Write as _;
use std::path::Path;

/// The URL of a database on a server that listens on the socket in `directory`, as the superuser `postgres`.
#[must_use]
pub fn of_socket(directory: &Path, database: &str) -> String {
    let host = encode(directory.as_os_str().as_encoded_bytes());
    format!("postgres://postgres@{host}/{}", encode(database.as_bytes()))
}

/// The same URL (or `key=value` text) with another database in it.
#[must_use]
pub fn with_database(url: &str, database: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Of two values for one key, the last one counts.
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

/// The URL (or `key=value` text) without its password, for messages.
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return hide_keyword(url);
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match place.split_once('/') {
        // A password with a slash in it is no URL, and still nobody's business.
        Some((user, path)) if !user.contains('@') && path.contains('@') => {
            place.rsplit_once('/').unwrap_or((user, path))
        }
        Some(parts) => parts,
        None => (place, ""),
    };
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    let slash = if place.contains('/') { "/" } else { "" };
    let hidden: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((key, _)) if key.ends_with("password") => format!("{key}=***"),
            _ => pair.to_owned(),
        })
        .collect();
    let question = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{authority}{slash}{path}{question}{}", hidden.join("&"))
}

/// `host=x password='a b' user=y`: the value ends at a blank, or at the closing quote.
fn hide_keyword(text: &str) -> String {
    let Some(start) = text.find("password") else {
        return text.to_owned();
    };
    let Some(equals) = text[start..].find('=') else {
        return text.to_owned();
    };
    let value = text[start + equals + 1..].trim_start();
    let mut escaped = false;
    let quoted = value.starts_with('\'');
    let end = value
        .char_indices()
        .skip(usize::from(quoted))
        .find(|(_, c)| {
            let ends = !escaped && if quoted { *c == '\'' } else { c.is_whitespace() };
            escaped = !escaped && *c == '\\';
            ends
        })
        .map_or(value.len(), |(at, c)| if quoted { at + c.len_utf8() } else { at });
    format!("{}password=***{}", &text[..start], hide_keyword(&value[end..]))
}

/// Percent-encodes everything but the characters that no part of a URL minds.
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
            ("postgres://u:se@cret@h:5433/app", "postgres://u:***@h:5433/app"),
            ("postgres://u:se/cret@h/app", "postgres://u:***@h/app"),
            ("postgres://u@h/app", "postgres://u@h/app"),
            (
                "postgres://h/app?password=x&sslmode=require",
                "postgres://h/app?password=***&sslmode=require",
            ),
            ("host=h password=secret user=u", "host=h password=*** user=u"),
            (r"host=h password = 'a \' b' user=u", "host=h password=*** user=u"),
            ("sslpassword=a host=h password=b", "sslpassword=*** host=h password=***"),
            ("host=h", "host=h"),
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
