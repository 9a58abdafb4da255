//! Database URLs and connection strings, in libpq's grammar.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::ConnectionError;
use super::parameter;

/// The location of a database: libpq's parameters by their names.
///
/// Formatting it never shows a password; [`reveal`](Self::reveal) does.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    parameters: BTreeMap<String, String>,
}

impl DatabaseUrl {
    /// Parses `postgresql://user:password@host:port/database?parameter=value` or `host=... dbname=...`.
    ///
    /// # Errors
    /// The text is neither, or has an unknown parameter.
    pub fn parse(text: &str) -> Result<Self, ConnectionError> {
        let text = text.trim();
        if text.contains('\0') {
            return Err(malformed("the URL has a NUL character"));
        }
        let scheme = text
            .split_once("://")
            .map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        let parameters = match scheme {
            Some((scheme, rest)) if scheme == "postgres" || scheme == "postgresql" => url(rest)?,
            Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+') => {
                return Err(malformed(format!("`{scheme}://` is not a Postgres URL")));
            }
            _ if text.contains('=') => key_values(text)?,
            _ => return Err(malformed("the value is not a database URL")),
        };
        for name in parameters.keys() {
            parameter::check_name(name)?;
        }
        Ok(Self { parameters })
    }

    /// Returns a parameter by libpq's name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// Returns the database's name, if the URL has one.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.get("dbname").filter(|name| !name.is_empty())
    }

    /// Returns the same server, user and parameters with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut parameters = self.parameters.clone();
        parameters.insert("dbname".to_owned(), name.to_owned());
        Self { parameters }
    }

    /// Returns the URL with its password, for programs that need it. Never show it to users.
    #[must_use]
    pub fn reveal(&self) -> String {
        let visible = ["user", "password", "dbname", "host", "port"];
        let mut query: Vec<String> = self
            .parameters
            .iter()
            .filter(|(name, _)| !visible.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let mut url = String::from("postgresql://");
        if let Some(user) = self.get("user") {
            url += &encode(user);
            if let Some(password) = self.get("password") {
                url += &format!(":{}", encode(password));
            }
            url.push('@');
        } else if let Some(password) = self.get("password") {
            query.push(format!("password={}", encode(password)));
        }
        url += &self.authority(&mut query);
        url.push('/');
        url += &encode(self.get("dbname").unwrap_or_default());
        if !query.is_empty() {
            query.sort();
            url += &format!("?{}", query.join("&"));
        }
        url
    }

    /// Returns hosts and ports as in a URL, or adds them to the query parameters if they cannot be written so.
    fn authority(&self, query: &mut Vec<String>) -> String {
        let host = self.get("host").unwrap_or_default();
        let port = self.get("port").unwrap_or_default();
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        if host.is_empty() || host.contains(['/', ',', ':', '@']) || !is_number {
            query.extend((!host.is_empty()).then(|| format!("host={}", encode(host))));
            query.extend((!port.is_empty()).then(|| format!("port={}", encode(port))));
            return String::new();
        }
        if port.is_empty() {
            encode(host)
        } else {
            format!("{}:{port}", encode(host))
        }
    }

    pub(super) fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }
}

impl FromStr for DatabaseUrl {
    type Err = ConnectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = ["user", "dbname", "host", "port"];
        let parameters = self
            .parameters
            .iter()
            .filter(|(name, _)| shown.contains(&name.as_str()));
        let public = Self {
            parameters: parameters.map(|(name, value)| (name.clone(), value.clone())).collect(),
        };
        f.write_str(&public.reveal())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

fn malformed(message: impl Into<String>) -> ConnectionError {
    let hint = "expected postgresql://user:password@host:5432/database, special characters as %XX".to_owned();
    ConnectionError::bad_url(message, Some(hint))
}

/// Parses the part after `postgresql://`.
fn url(rest: &str) -> Result<BTreeMap<String, String>, ConnectionError> {
    let mut parameters = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            parameters.insert(name.to_owned(), value);
        }
    };
    let (rest, query) = split_query(rest);
    // The last `@` ends the password: users forget to encode the ones before it, and host names have none.
    let (user_info, rest) = match rest.rsplit_once('@') {
        Some((user_info, rest)) => (user_info, rest),
        None => ("", rest),
    };
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    set("user", decode(user)?);
    set("password", decode(password)?);

    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    set("dbname", decode(database)?);
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for member in authority.split(',') {
        let (host, port) = host_and_port(member)?;
        hosts.push(decode(host)?);
        let port = decode(port)?;
        // The port may be part of a password: it is not shown.
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed("the URL's port is not a number"));
        }
        ports.push(port);
    }
    if hosts.iter().any(|host| !host.is_empty()) {
        set("host", hosts.join(","));
    }
    if ports.iter().any(|port| !port.is_empty()) {
        set("port", ports.join(","));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(malformed("the URL has a parameter without a value"));
        };
        let (name, value) = (decode(name)?, decode(value)?);
        // libpq's concession to JDBC's URLs.
        if name == "ssl" && value == "true" {
            set("sslmode", "require".to_owned())
        } else {
            set(&name, value)
        }
    }
    Ok(parameters)
}

/// Splits off the parameters. A `?` before the last `@` belongs to a password that was not encoded, unless all that
/// follows are parameters.
fn split_query(text: &str) -> (&str, &str) {
    let is_parameter = |pair: &str| {
        let name = pair.split_once('=').map(|(name, _)| name);
        pair.is_empty() || name.is_some_and(|name| name == "ssl" || parameter::is_known(name))
    };
    let (place, query) = text.split_once('?').unwrap_or((text, ""));
    match query.rfind('@') {
        Some(at) if !query.split('&').all(is_parameter) => {
            let end = query[at..]
                .find('?')
                .map_or(text.len(), |question| place.len() + 1 + at + question);
            (&text[..end], text.get(end + 1..).unwrap_or_default())
        }
        _ => (place, query),
    }
}

fn host_and_port(member: &str) -> Result<(&str, &str), ConnectionError> {
    if let Some(bracketed) = member.strip_prefix('[') {
        let Some((address, behind)) = bracketed.split_once(']') else {
            return Err(malformed(
                "the URL opens a bracket for an IPv6 address and does not close it",
            ));
        };
        return Ok((address, behind.strip_prefix(':').unwrap_or(behind)));
    }
    Ok(member.split_once(':').unwrap_or((member, "")))
}

/// Parses `host=... dbname='with space'`.
fn key_values(text: &str) -> Result<BTreeMap<String, String>, ConnectionError> {
    let mut parameters = BTreeMap::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let Some((name, after)) = rest.split_once('=') else {
            // The rest may be part of a password: it is not shown.
            return Err(malformed(
                "the connection string ends in something that is not name=value",
            ));
        };
        let (value, after) = quoted_value(after.trim_start())?;
        if !value.is_empty() {
            parameters.insert(name.trim().to_owned(), value);
        }
        rest = after.trim_start();
    }
    Ok(parameters)
}

fn quoted_value(text: &str) -> Result<(String, &str), ConnectionError> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => {
                let after = text.get(at + 1..).unwrap_or_default();
                // The rest may be part of a password: it is not shown.
                return match after.chars().next() {
                    Some(next) if !next.is_whitespace() => {
                        Err(malformed("the connection string continues after a closing quote"))
                    }
                    _ => Ok((value, after)),
                };
            }
            space if !quoted && space.is_whitespace() => return Ok((value, text.get(at..).unwrap_or_default())),
            plain => value.push(plain),
        }
    }
    if quoted {
        Err(malformed("the connection string opens a quote and does not close it"))
    } else {
        Ok((value, ""))
    }
}

fn decode(text: &str) -> Result<String, ConnectionError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| char::from(digit.unwrap_or_default()).to_digit(16));
        match digits {
            [Some(high), Some(low)] if (high, low) != (0, 0) => bytes.extend(u8::try_from(high * 16 + low)),
            _ => {
                return Err(malformed(
                    "the URL has a % that is not followed by two hexadecimal digits: write it as %25",
                ));
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed("the URL has %XX sequences that are not UTF-8"))
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn urls_and_strings() {
        let cases = [
            ("postgres://u:p@h:5433/d", "user=u password=p host=h port=5433 dbname=d"),
            ("postgresql:///d?host=/tmp&user=me", "user=me host=/tmp dbname=d"),
            ("postgresql://%2Fvar%2Frun/d", "host=/var/run dbname=d"),
            ("postgresql://u@[::1]:5433/d", "user=u host=::1 port=5433 dbname=d"),
            ("postgresql://a:1,b:2/d", "host=a,b port=1,2 dbname=d"),
            (
                "postgresql://u:p@ss:w%2Frd@h/d",
                "user=u password=p@ss:w/rd host=h dbname=d",
            ),
            ("postgresql://h/d?ssl=true", "host=h dbname=d sslmode=require"),
            (
                "host=h password = 'it\\'s a \\\\' dbname=d",
                "host=h password='it\\'s a \\\\' dbname=d",
            ),
            ("postgresql://", "user=''"),
            (
                "postgresql://u:p?ss@h/d?sslmode=require",
                "user=u password=p?ss host=h dbname=d sslmode=require",
            ),
            ("postgresql:///d?user=a@b", "user=a@b dbname=d"),
        ];
        for (url, same) in cases {
            assert_eq!(
                DatabaseUrl::parse(url).unwrap().parameters,
                DatabaseUrl::parse(same).unwrap().parameters,
                "{url}"
            );
        }
    }

    #[test]
    fn what_is_no_url() {
        for url in [
            "",
            "nonsense",
            "mysql://h/d",
            "postgres://u:%zz@h/d",
            "postgres://[::1/d",
            "host='x",
            "postgres://h/d?schema=public",
            "postgres://h:x/d",
            "user='a'password=b",
        ] {
            assert_eq!(
                DatabaseUrl::parse(url).unwrap_err().kind,
                crate::connection::ConnectionErrorKind::BadUrl,
                "{url}"
            );
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "postgres://u:s3cret@h/d",
            "host=h password=s3cret",
            "postgres://h/d?password=s3cret&sslpassword=s3cret",
        ] {
            if let Ok(url) = DatabaseUrl::parse(url) {
                assert!(!format!("{url} {url:?}").contains("s3cret"), "{url}");
            }
        }
        for broken in [
            "s3cret",
            "host=h s3cret",
            "postgres://u:s3cret%@h/d",
            "postgres://u:s3cret/d",
            "postgres://u@h/d?s3cret",
            "password='s3cret",
        ] {
            assert!(
                !DatabaseUrl::parse(broken).unwrap_err().to_string().contains("s3cret"),
                "{broken}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_revealed_reads_the_same(user in "[^\0]{1,12}", password in "[^\0]{0,12}", database in "[^\0]{1,12}", host in "[a-z/,:.]{1,12}") {
            let parameters = [("user", user), ("password", password), ("dbname", database), ("host", host)];
            let url = DatabaseUrl { parameters: parameters.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), v)).collect() };
            prop_assert_eq!(DatabaseUrl::parse(&url.reveal()).unwrap(), url);
        }

        #[test]
        fn any_text_can_be_looked_at(text in any::<String>()) {
            let _ = DatabaseUrl::parse(&text);
            let _ = DatabaseUrl::parse(&format!("postgres://{text}"));
        }
    }
}
