//! Errors of connecting to a database, with hints.

use std::error::Error as _;
use std::io;

use tokio_postgres::error::SqlState;

/// A failed connection. The message never contains a password.
#[derive(Debug, thiserror::Error)]
#[error("{message}{}", hint.as_ref().map(|hint| format!("\n\nhint: {hint}")).unwrap_or_default())]
pub struct ConnectionError {
    /// The kind of failure.
    pub kind: ConnectionErrorKind,
    /// What happened, in one sentence.
    pub message: String,
    /// What the user can do about it.
    pub hint: Option<String>,
    /// The driver's error.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionErrorKind {
    /// The URL, or a parameter of it, is not understood or not supported.
    BadUrl,
    /// No server answers.
    Unreachable,
    /// A server answers, but is starting or stopping, or has no free connection.
    Busy,
    /// The password is wrong, or is required and missing.
    WrongPassword,
    /// The server's rules do not allow this user to connect from here.
    Refused,
    /// The server has no such database.
    NoDatabase,
    /// TLS is required and fails: the server does not offer it, or a certificate or key cannot be used.
    NoTls,
    /// Anything else.
    Other,
}

/// The target of a connection, as far as messages may show it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: String,
    pub(super) user: String,
    pub(super) database: String,
    /// A password file that is ignored, as libpq does, because other users can read it.
    pub(super) open_password_file: Option<String>,
}

impl ConnectionError {
    pub(super) fn bad_url(message: impl Into<String>, hint: Option<String>) -> Self {
        Self {
            kind: ConnectionErrorKind::BadUrl,
            message: message.into(),
            hint,
            source: None,
        }
    }

    pub(super) fn no_tls(message: impl Into<String>, hint: Option<String>) -> Self {
        Self {
            kind: ConnectionErrorKind::NoTls,
            message: message.into(),
            hint,
            source: None,
        }
    }

    pub(super) fn other(place: &Place, source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let message = format!(
            "connected to database \"{}\" at {}, but the session could not be set up: {source}",
            place.database,
            place.address()
        );
        Self {
            kind: ConnectionErrorKind::Other,
            message,
            hint: None,
            source: Some(source),
        }
    }

    pub(super) fn from_driver(place: &Place, error: tokio_postgres::Error) -> Self {
        let (kind, message, hint) = match error.as_db_error() {
            Some(refusal) => from_server(place, refusal),
            None => from_client(place, &error),
        };
        Self {
            kind,
            message,
            hint,
            source: Some(Box::new(error)),
        }
    }
}

impl Place {
    fn address(&self) -> String {
        match self.host.starts_with('/') {
            true => format!("socket {}/.s.PGSQL.{}", self.host.trim_end_matches('/'), self.port),
            false => format!("{} port {}", self.host, self.port),
        }
    }
}

type Facts = (ConnectionErrorKind, String, Option<String>);

fn from_server(place: &Place, refusal: &tokio_postgres::error::DbError) -> Facts {
    let Place { user, database, .. } = place;
    let address = place.address();
    let message = refusal.message();
    let code = refusal.code();
    if *code == SqlState::INVALID_PASSWORD {
        let message = format!("the server at {address} does not accept the password of user \"{user}\"");
        return (ConnectionErrorKind::WrongPassword, message, Some(password_hint(place)));
    }
    if *code == SqlState::INVALID_CATALOG_NAME {
        let message = format!("the server at {address} has no database \"{database}\"");
        let hint = format!("create the database with `diesel database setup`, or with `createdb {database}`");
        return (ConnectionErrorKind::NoDatabase, message, Some(hint));
    }
    if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        let hint = if message.contains("no encryption") {
            "the server requires TLS: add `sslmode=require` to the URL, or add a rule for unencrypted connections to the server's pg_hba.conf".to_owned()
        } else if message.contains("pg_hba.conf") {
            "the server's pg_hba.conf has no rule that allows this user to connect from this host".to_owned()
        } else {
            format!("check the user's name in the URL; `createuser {user}` creates one")
        };
        return (
            ConnectionErrorKind::Refused,
            format!("the server at {address} refuses user \"{user}\": {message}"),
            Some(hint),
        );
    }
    if *code == SqlState::CANNOT_CONNECT_NOW || *code == SqlState::TOO_MANY_CONNECTIONS {
        return (
            ConnectionErrorKind::Busy,
            format!("the server at {address} is not ready: {message}"),
            Some("try again in a moment".to_owned()),
        );
    }
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        let hint = format!("`GRANT CONNECT ON DATABASE \"{database}\" TO \"{user}\"` allows the user to connect");
        return (
            ConnectionErrorKind::Refused,
            format!("the server at {address} refuses user \"{user}\": {message}"),
            Some(hint),
        );
    }
    (
        ConnectionErrorKind::Other,
        format!("the server at {address} refuses the connection: {message}"),
        refusal.hint().map(str::to_owned),
    )
}

fn from_client(place: &Place, error: &tokio_postgres::Error) -> Facts {
    let address = place.address();
    let cause = error
        .source()
        .map(ToString::to_string)
        .unwrap_or_else(|| error.to_string());
    // The driver does not expose its kinds of errors; only their messages distinguish them.
    match error.to_string().as_str() {
        "error performing TLS handshake" if cause.contains("does not support TLS") => (
            ConnectionErrorKind::NoTls,
            format!("the server at {address} does not support TLS, which the URL requires"),
            Some("enable `ssl` in the server's configuration; on a network that you trust, use `sslmode=disable`".to_owned()),
        ),
        "error performing TLS handshake" => (
            ConnectionErrorKind::NoTls,
            format!("TLS with the server at {address} fails: {cause}"),
            Some("set `sslrootcert=FILE` to the certificate that signed the server's certificate; `sslmode=require` encrypts without verifying the certificate".to_owned()),
        ),
        "invalid configuration" if cause.contains("password missing") => (
            ConnectionErrorKind::WrongPassword,
            format!("the server at {address} requires a password for user \"{}\", but no password is given", place.user),
            Some(password_hint(place)),
        ),
        "error connecting to server" | "timeout waiting for server" => {
            let io = error.source().and_then(|source| source.downcast_ref::<io::Error>());
            (ConnectionErrorKind::Unreachable, format!("no Postgres answers at {address}: {cause}"), Some(unreachable_hint(io)))
        }
        "error communicating with the server" | "connection closed" | "unexpected message from server" | "error parsing response from server" => (
            ConnectionErrorKind::Unreachable,
            format!("the service at {address} closes the connection or does not speak Postgres's protocol: {cause}"),
            Some("check the port; a proxy or another service may be listening there".to_owned()),
        ),
        message => (ConnectionErrorKind::Other, format!("cannot connect to {address}: {message}: {cause}"), None),
    }
}

fn unreachable_hint(error: Option<&io::Error>) -> String {
    match error.map(io::Error::kind) {
        Some(io::ErrorKind::PermissionDenied) => {
            "your operating-system user is not allowed to open the socket: check who owns its directory".to_owned()
        }
        _ => "is the server running? If the project has a Docker Compose file, start the server with `docker compose up -d`. To use a server that schema-diff starts itself, unset DATABASE_URL and remove it from .env"
            .to_owned(),
    }
}

fn password_hint(place: &Place) -> String {
    match &place.open_password_file {
        Some(file) => {
            format!("the password in {file} is ignored, because other users can read the file: `chmod 600 {file}`")
        }
        None => {
            "put the password into DATABASE_URL (with special characters percent-encoded as %XX), PGPASSWORD or ~/.pgpass".to_owned()
        }
    }
}
