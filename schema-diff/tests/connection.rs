//! Getting into a real server by every way that libpq knows, and what is said when there is none.
#![allow(clippy::unwrap_used)]

#[path = "support/postgres.rs"]
mod postgres_server;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::OnceLock;

use postgres_server::Server;
use schema_diff_engine::config::Environment;
use schema_diff_engine::connection::{ConnectionError, ConnectionErrorKind, DatabaseUrl, connect_async_to, connect_to};

const RULES: &str = "\
local   all all        trust
hostssl all tls_only   all trust
host    all tls_only   all reject
host    all guest      all scram-sha-256
host    all all        all trust";

fn tls(file: &str) -> String {
    format!("{}/tests/data/tls/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// A server with TLS on a port of its own.
fn server() -> &'static (Server, u16) {
    static SERVER: OnceLock<(Server, u16)> = OnceLock::new();
    SERVER.get_or_init(|| {
        let (certificate, key) = (
            fs::read_to_string(tls("server.pem")).unwrap(),
            fs::read_to_string(tls("server.key")).unwrap(),
        );
        start(&["ssl=on"], &[("server.crt", &certificate), ("server.key", &key)])
    })
}

/// A server without TLS on a port of its own.
fn plain() -> &'static (Server, u16) {
    static SERVER: OnceLock<(Server, u16)> = OnceLock::new();
    SERVER.get_or_init(|| start(&[], &[]))
}

fn start(settings: &[&str], files: &[(&str, &str)]) -> (Server, u16) {
    let port = free_port();
    let port_setting = format!("port={port}");
    let settings = [settings, &["listen_addresses=127.0.0.1", &port_setting]].concat();
    let server = Server::start(RULES, &settings, files, port);
    let mut client = server.client("postgres");
    for sql in [
        "CREATE ROLE guest LOGIN PASSWORD 'p@ss:w/rd'; CREATE ROLE tls_only LOGIN",
        "CREATE DATABASE closed",
        "REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
    ] {
        client.batch_execute(sql).unwrap();
    }
    (server, port)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn nothing() -> Environment {
    Environment::of::<&str, &str>([])
}

/// Whether the connection is encrypted.
fn encrypted(url: &str, environment: &Environment) -> Result<bool, ConnectionError> {
    let mut client = connect_to(&DatabaseUrl::parse(url)?, environment)?;
    let row = client
        .query_one(
            "SELECT ssl, current_setting('application_name') FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
            &[],
        )
        .unwrap();
    assert_eq!(row.get::<_, &str>(1), "schema-diff");
    Ok(row.get(0))
}

#[test]
fn sslmode_means_what_libpq_means() {
    use ConnectionErrorKind::{NoTls, Refused};
    let (port, plain_port) = (server().1, plain().1);
    let (ca, other, leaf) = (tls("ca.pem"), tls("other-ca.pem"), tls("server.pem"));
    let cases: &[(&str, u16, String, Result<bool, ConnectionErrorKind>)] = &[
        ("localhost", port, String::new(), Ok(true)),
        ("localhost", port, "sslmode=disable".into(), Ok(false)),
        ("localhost", port, "sslmode=allow".into(), Ok(true)),
        ("localhost", port, "sslmode=prefer".into(), Ok(true)),
        ("127.0.0.1", port, "sslmode=require".into(), Ok(true)),
        ("127.0.0.1", port, format!("sslmode=require&sslrootcert={ca}"), Ok(true)),
        (
            "127.0.0.1",
            port,
            format!("sslmode=require&sslrootcert={other}"),
            Err(NoTls),
        ),
        (
            "127.0.0.1",
            port,
            format!("sslmode=verify-ca&sslrootcert={ca}"),
            Ok(true),
        ),
        (
            "127.0.0.1",
            port,
            format!("sslmode=verify-ca&sslrootcert={leaf}"),
            Ok(true),
        ),
        (
            "localhost",
            port,
            format!("sslmode=verify-ca&sslrootcert={other}"),
            Err(NoTls),
        ),
        (
            "localhost",
            port,
            format!("sslmode=verify-full&sslrootcert={ca}"),
            Ok(true),
        ),
        (
            "localhost",
            port,
            format!("sslmode=verify-full&sslrootcert={leaf}"),
            Ok(true),
        ),
        (
            "127.0.0.1",
            port,
            format!("sslmode=verify-full&sslrootcert={ca}"),
            Err(NoTls),
        ),
        (
            "127.0.0.1",
            port,
            format!("sslmode=verify-full&sslrootcert={leaf}"),
            Err(NoTls),
        ),
        (
            "localhost",
            port,
            "sslmode=verify-full&sslrootcert=/nowhere.pem".into(),
            Err(NoTls),
        ),
        (
            "localhost",
            port,
            "sslmode=verify-full&sslrootcert=system".into(),
            Err(NoTls),
        ),
        (
            "localhost",
            port,
            format!(
                "sslmode=require&ssl_min_protocol_version=TLSv1.3&channel_binding=require&user=guest&password={}",
                "p%40ss:w%2Frd"
            ),
            Ok(true),
        ),
        ("localhost", port, "sslmode=disable&user=tls_only".into(), Err(Refused)),
        ("localhost", port, "sslmode=require&user=tls_only".into(), Ok(true)),
        ("localhost", plain_port, "sslmode=prefer".into(), Ok(false)),
        ("localhost", plain_port, "sslmode=require".into(), Err(NoTls)),
    ];
    for (host, port, parameters, expected) in cases {
        let user = if parameters.contains("user=") {
            ""
        } else {
            "user=postgres&"
        };
        let url = format!("postgresql://{host}:{port}/postgres?{user}{parameters}");
        let actual = encrypted(&url, &nothing());
        let kind = actual.as_ref().map(|encrypted| *encrypted).map_err(|error| error.kind);
        assert_eq!(kind, *expected, "{url}: {actual:?}");
    }
}

#[test]
fn a_socket_is_a_socket_whatever_sslmode_says() {
    let (server, port) = server();
    let url = format!(
        "postgresql:///postgres?host={}&port={port}&user=postgres&sslmode=verify-full",
        server.dir().display()
    );
    assert!(!encrypted(&url, &nothing()).unwrap());
}

#[test]
fn passwords_from_everywhere() {
    let port = server().1;
    let url = format!("postgresql://guest@localhost:{port}/postgres");
    let home = tempfile::tempdir().unwrap();
    let pgpass = home.path().join(".pgpass");
    fs::write(&pgpass, format!("localhost:{port}:*:guest:p@ss\\:w/rd\n")).unwrap();
    fs::set_permissions(&pgpass, fs::Permissions::from_mode(0o600)).unwrap();
    let services = home.path().join("services");
    fs::write(
        &services,
        format!("[demo]\nhost=localhost\nport={port}\ndbname=postgres\nuser=guest\npassword=p@ss:w/rd\n"),
    )
    .unwrap();
    let (home, services) = (home.path().to_str().unwrap(), services.to_str().unwrap());

    assert!(
        encrypted(
            &format!("postgresql://guest:p%40ss:w%2Frd@localhost:{port}/postgres"),
            &nothing()
        )
        .is_ok()
    );
    assert!(
        encrypted(
            &format!("host=localhost port={port} user=guest dbname=postgres password='p@ss:w/rd'"),
            &nothing()
        )
        .is_ok()
    );
    assert!(encrypted(&url, &Environment::of([("PGPASSWORD", "p@ss:w/rd")])).is_ok());
    assert!(encrypted(&url, &Environment::of([("HOME", home)])).is_ok());
    assert!(encrypted("service=demo", &Environment::of([("PGSERVICEFILE", services)])).is_ok());
    assert!(
        encrypted(
            "postgresql://",
            &Environment::of([("PGSERVICEFILE", services), ("PGSERVICE", "demo")])
        )
        .is_ok()
    );
    let port = port.to_string();
    let variables = [
        ("PGHOST", "localhost"),
        ("PGPORT", &port),
        ("PGUSER", "guest"),
        ("PGDATABASE", "postgres"),
        ("PGPASSWORD", "p@ss:w/rd"),
    ];
    assert!(encrypted("postgresql://", &Environment::of(variables)).is_ok());

    let wrong = encrypted(&url, &Environment::of([("PGPASSWORD", "s3cret")])).unwrap_err();
    assert_eq!(wrong.kind, ConnectionErrorKind::WrongPassword);
    let none = encrypted(&url, &nothing()).unwrap_err();
    assert_eq!(none.kind, ConnectionErrorKind::WrongPassword);
    fs::set_permissions(&pgpass, fs::Permissions::from_mode(0o644)).unwrap();
    let open = encrypted(&url, &Environment::of([("HOME", home)])).unwrap_err();
    assert!(open.to_string().contains("chmod 600"), "{open}");
}

#[test]
fn every_failure_says_what_to_do() {
    let (server, port) = server();
    let socket = server.dir().display();
    let silent = free_port();
    let cases = [
        (
            format!("postgresql://postgres@localhost:{port}/nowhere"),
            ConnectionErrorKind::NoDatabase,
            "createdb nowhere",
        ),
        (
            format!("postgresql://postgres@127.0.0.1:{silent}/x"),
            ConnectionErrorKind::Unreachable,
            "docker compose up -d",
        ),
        (
            format!("postgresql:///x?host={socket}&port=1"),
            ConnectionErrorKind::Unreachable,
            "docker compose up -d",
        ),
        (
            "postgresql://postgres@no-such-host.invalid/x".to_owned(),
            ConnectionErrorKind::Unreachable,
            "no-such-host.invalid",
        ),
        (
            format!("postgresql://nobody_at_all@localhost:{port}/postgres"),
            ConnectionErrorKind::Refused,
            "nobody_at_all",
        ),
        (
            format!("postgresql://tls_only@localhost:{port}/postgres?sslmode=disable"),
            ConnectionErrorKind::Refused,
            "",
        ),
        (
            format!("postgresql://tls_only@localhost:{port}/closed"),
            ConnectionErrorKind::Refused,
            "GRANT CONNECT",
        ),
        (
            "postgresql://h/d?sslmode=always".to_owned(),
            ConnectionErrorKind::BadUrl,
            "verify-full",
        ),
        (
            "postgresql://h/d?sslmod=require".to_owned(),
            ConnectionErrorKind::BadUrl,
            "did you mean `sslmode`?",
        ),
        (
            "postgresql://h/d?gssencmode=require".to_owned(),
            ConnectionErrorKind::BadUrl,
            "gssencmode",
        ),
        (
            "postgresql://h/d?sslcrl=x".to_owned(),
            ConnectionErrorKind::BadUrl,
            "remove `sslcrl`",
        ),
        ("postgresql://h:port/d".to_owned(), ConnectionErrorKind::BadUrl, "port"),
        (
            "service=none".to_owned(),
            ConnectionErrorKind::BadUrl,
            "no service `none`",
        ),
        ("mysql://h/d".to_owned(), ConnectionErrorKind::BadUrl, "postgresql://"),
    ];
    for (url, kind, words) in cases {
        let error = encrypted(&url, &nothing()).unwrap_err();
        assert_eq!(error.kind, kind, "{url}: {error}");
        assert!(error.to_string().contains(words), "{url}: {error}");
    }
}

#[test]
fn what_is_no_postgres() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            drop(stream);
        }
    });
    let error = encrypted(&format!("postgresql://x@127.0.0.1:{port}/x"), &nothing()).unwrap_err();
    assert_eq!(error.kind, ConnectionErrorKind::Unreachable, "{error}");
}

#[test]
fn diesel_gets_the_same_connection() {
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        ssl: bool,
    }
    let url = format!(
        "postgresql://postgres@localhost:{}/postgres?sslmode=verify-full&sslrootcert={}",
        server().1,
        tls("ca.pem")
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let ssl = runtime.block_on(async {
        let mut connection = connect_async_to(
            &DatabaseUrl::parse(&url).unwrap(),
            &nothing(),
            std::sync::Arc::new(|_| ()),
        )
        .await
        .unwrap();
        let query = diesel::sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        query.get_result::<Row>(&mut connection).await.unwrap().ssl
    });
    assert!(ssl);
}
