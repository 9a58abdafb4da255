//! Many at once: servers that start, requests that race, bodies that are broken.

use std::collections::BTreeMap;
use std::thread;

use crate::chance::Chance;
use crate::client::{get, post_json, send};
use crate::postgres::{Postgres, connect};
use crate::server::Server;

#[test]
fn ten_servers_start_at_once_and_one_of_them_migrates() {
    let url = Postgres::shared().database();
    let mut servers: Vec<Server> = (0..10)
        .map(|_| Server::spawn(&url, &[("ROCKET_POOL_SIZE", "2"), ("ROCKET_WORKERS", "1")]))
        .collect();
    let logs: Vec<String> = servers.iter_mut().map(Server::wait_until_listening).collect();
    let migrations = connect(&url)
        .query("SELECT version FROM __diesel_schema_migrations", &[])
        .unwrap()
        .len();
    assert!(migrations >= 2);
    let said = logs
        .iter()
        .map(|log| log.matches("migrated").count())
        .filter(|count| *count > 0)
        .collect::<Vec<_>>();
    assert_eq!(said, [migrations], "one server runs them all: {logs:#?}");
    for server in &servers {
        assert_eq!(get(server.port, "/readyz").status, 200);
    }
}

#[test]
fn of_many_that_add_the_same_country_one_does() {
    let url = Postgres::shared().database();
    let servers = [Server::start(&url, &[]), Server::start(&url, &[])];
    for code in ["AA", "AB", "AC", "AD", "AE"] {
        let body = format!(r#"{{"iso2code": "{code}"}}"#);
        let statuses: Vec<u16> = thread::scope(|scope| {
            let racers: Vec<_> = (0..24)
                .map(|number| {
                    let (port, body) = (servers[number % 2].port, &body);
                    scope.spawn(move || post_json(port, "/country", body).status)
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        let mut counts = BTreeMap::new();
        statuses
            .into_iter()
            .for_each(|status| *counts.entry(status).or_insert(0) += 1);
        assert_eq!(counts, BTreeMap::from([(201, 1), (409, 23)]), "{code}");
    }
    let rows: i64 = connect(&url)
        .query_one("SELECT count(*) FROM countries", &[])
        .unwrap()
        .get(0);
    assert_eq!(rows, 5);
}

#[test]
fn broken_bodies_are_never_our_fault() {
    let server = Server::start(&Postgres::shared().database(), &[]);
    let whole = br#"{"iso2code": "GB", "iso3code": "GBR", "name": "United \u00e9 Kingdom"}"#;
    let mut chance = Chance::new(42);
    let mut next = |below: usize| chance.below(below);
    for round in 0..600 {
        let mut body = whole.to_vec();
        for _ in 0..=next(3) {
            let at = next(body.len());
            match next(3) {
                0 => body[at] = u8::try_from(next(256)).unwrap(),
                1 => body.truncate(at.max(1)),
                _ => body.insert(at, u8::try_from(next(256)).unwrap()),
            }
        }
        let line = ["POST /country", "PATCH /country/GB"][round % 2];
        let answer = send(server.port, line, &["Content-Type: application/json"], &body);
        assert!(
            answer.status < 500,
            "{line} {:?}: {answer:?}",
            String::from_utf8_lossy(&body)
        );
        if answer.status >= 400 {
            answer.error_code();
        }
    }
}

#[test]
fn pages_hold_every_country_once() {
    let url = Postgres::shared().database();
    let server = Server::start(&url, &[]);
    connect(&url)
        .batch_execute(
            "INSERT INTO countries (iso2code) SELECT chr(65 + n * 7 % 26) || chr(65 + n / 26) FROM generate_series(0, 120) n",
        )
        .unwrap();
    let all: Vec<String> = connect(&url)
        .query("SELECT iso2code FROM countries ORDER BY iso2code", &[])
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    for limit in [1, 7, 50, 100] {
        let mut seen = Vec::new();
        let mut path = Some(format!("/countries?limit={limit}"));
        while let Some(here) = path {
            let page = get(server.port, &here).json();
            let countries = page["countries"].as_array().unwrap();
            assert!(!countries.is_empty() && countries.len() <= limit);
            seen.extend(
                countries
                    .iter()
                    .map(|country| country["iso2code"].as_str().unwrap().to_owned()),
            );
            path = page["next"].as_str().map(str::to_owned);
        }
        assert_eq!(seen, all, "limit {limit}");
    }
}
