//! A database that is busy, slow, or gone.

use std::thread;
use std::time::{Duration, Instant};

use crate::client::{get, send};
use crate::postgres::{Postgres, connect};
use crate::server::Server;

const SHORT: &[(&str, &str)] = &[
    ("ROCKET_POOL_SIZE", "2"),
    ("ROCKET_ACQUIRE_TIMEOUT", "400"),
    ("ROCKET_STATEMENT_TIMEOUT", "1500"),
];

/// Creates the countries. On a busy machine the first connection may take longer than the short time that it has.
fn fill(port: u16) {
    let began = Instant::now();
    while !(200..300).contains(&send(port, "POST /country", &[], b"").status) {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "the countries cannot be created"
        );
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn slow_statements_and_an_exhausted_pool_are_503_and_pass() {
    let url = Postgres::shared().database();
    let server = Server::start(&url, SHORT);
    let port = server.port;
    fill(port);
    let mut meddler = connect(&url);
    let mut lock = meddler.transaction().unwrap();
    lock.batch_execute("LOCK TABLE countries IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let codes: Vec<String> = thread::scope(|scope| {
        let requests: Vec<_> = (0..6)
            .map(|number| {
                // The first two have the two connections before the others come.
                while number == 2 && busy(&url) < 2 {
                    thread::sleep(Duration::from_millis(5));
                }
                scope.spawn(move || {
                    let path = if number < 4 { "/countries" } else { "/country/GB" };
                    let answer = get(port, path);
                    assert_eq!(answer.status, 503, "{answer:?}");
                    assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
                    answer.error_code()
                })
            })
            .collect();
        requests.into_iter().map(|request| request.join().unwrap()).collect()
    });
    assert_eq!(&codes[..2], ["database_slow", "database_slow"]);
    assert_eq!(&codes[2..], ["database_busy"; 4]);
    assert_eq!(get(server.port, "/healthz").status, 200);
    lock.rollback().unwrap();
    assert_eq!(get(server.port, "/country/GB").status, 200);
    // What was given up is given up in the database, too.
    let began = Instant::now();
    while busy(&url) > 0 {
        assert!(began.elapsed() < Duration::from_secs(3), "statements are left running");
        thread::sleep(Duration::from_millis(20));
    }
}

fn busy(url: &str) -> i64 {
    connect(url)
        .query_one(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()",
            &[],
        )
        .unwrap()
        .get(0)
}

#[test]
fn broken_connections_are_replaced() {
    let url = Postgres::shared().database();
    let server = Server::start(&url, SHORT);
    fill(server.port);
    let mut meddler = connect(&url);
    let mut failures = 0;
    for _ in 0..20 {
        meddler
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
                &[],
            )
            .unwrap();
        for _ in 0..3 {
            let answer = get(server.port, "/country/GB");
            assert!([200, 503].contains(&answer.status), "{answer:?}");
            failures += usize::from(answer.status == 503);
        }
        assert_eq!(get(server.port, "/country/GB").status, 200, "recovered");
    }
    assert!(failures <= 40, "{failures} of 60");
}

#[test]
fn a_database_that_goes_away_is_503_until_it_is_back() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let server = Server::start(&url, &[("ROCKET_POOL_SIZE", "2")]);
    let mut meddler = connect(&postgres.url("postgres"));
    meddler
        .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .unwrap();
    meddler
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            &[&name],
        )
        .unwrap();
    thread::sleep(Duration::from_millis(100));
    for path in ["/country/GB", "/countries", "/readyz"] {
        let answer = get(server.port, path);
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (503, "database_unavailable"),
            "{path}"
        );
        assert!(answer.header("retry-after").is_some());
    }
    assert_eq!(get(server.port, "/healthz").status, 200);
    meddler
        .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        .unwrap();
    assert_eq!(get(server.port, "/readyz").status, 200);
}

#[test]
fn a_database_that_is_not_as_it_should_be_is_our_fault_and_stays_unsaid() {
    let url = Postgres::shared().database();
    let server = Server::start(&url, SHORT);
    let mut meddler = connect(&url);
    meddler
        .batch_execute("ALTER TABLE countries RENAME iso3code TO other")
        .unwrap();
    for _ in 0..5 {
        let answer = get(server.port, "/country/GB");
        assert_eq!((answer.status, answer.error_code().as_str()), (500, "internal"));
    }
    meddler
        .batch_execute("ALTER TABLE countries RENAME other TO iso3code")
        .unwrap();
    assert_eq!(get(server.port, "/country/GB").status, 404);
}

#[test]
fn large_and_strange_requests_are_refused() {
    let server = Server::start(&Postgres::shared().database(), &[]);
    let json = ["Content-Type: application/json"];
    let large = vec![b'['; 10 << 20];
    assert_eq!(send(server.port, "POST /country", &json, &large).status, 413);
    let chunked = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
    assert_eq!(
        send(
            server.port,
            "POST /country",
            &chunked,
            b"12\r\n{\"iso2code\": \"GB\"}\r\n0\r\n\r\n"
        )
        .status,
        201
    );
    let long = format!("GET /country/{}", "G".repeat(5_000));
    assert_eq!(send(server.port, &long, &[], b"").status, 422);
    let answer = crate::client::raw(server.port, b"nonsense\r\n\r\n");
    assert_eq!(answer.status, 400);
}
