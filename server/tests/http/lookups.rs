//! Countries that many ask for at the same time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ::postgres::Client;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::chance::Chance;
use crate::client::{Answer, get};
use crate::outage::Ending;
use crate::postgres::{Postgres, connect};
use crate::server::Server;

const ADD_676: &str = "INSERT INTO countries (iso2code, name)
    SELECT code, 'Country ' || code
    FROM (SELECT chr(65 + n % 26) || chr(65 + n / 26) AS code FROM generate_series(0, 675) n) codes
    WHERE code NOT LIKE 'X%'";

/// Whether this is the answer to that code, and to no other.
fn assert_right(code: &str, answer: &Answer) {
    if code.starts_with('X') {
        let expected = (404, "no_such_country".to_owned());
        assert_eq!((answer.status, answer.error_code()), expected, "{code}: {answer:?}");
    } else {
        assert_eq!(answer.status, 200, "{code}: {answer:?}");
        let country = answer.json();
        assert_eq!(country["iso2code"], code);
        assert_eq!(country["name"], format!("Country {code}"));
    }
}

fn code(number: usize) -> String {
    [number % 26, number / 26 % 26]
        .iter()
        .map(|letter| char::from(b'A' + u8::try_from(*letter).unwrap()))
        .collect()
}

/// Statements that wait for the lock on the table.
fn waiting(client: &mut Client) -> i64 {
    client
        .query_one(
            "SELECT count(*) FROM pg_locks WHERE relation = 'countries'::regclass AND NOT granted",
            &[],
        )
        .unwrap()
        .get(0)
}

#[test]
fn those_that_wait_together_are_answered_by_two_statements_each_with_its_own() {
    let url = Postgres::shared().database();
    let server = Server::start(
        &url,
        &[
            ("ROCKET_ACQUIRE_TIMEOUT", "20000"),
            ("ROCKET_STATEMENT_TIMEOUT", "20000"),
        ],
    );
    let (mut meddler, mut watcher) = (connect(&url), connect(&url));
    meddler.batch_execute(ADD_676).unwrap();
    let mut lock = meddler.transaction().unwrap();
    lock.batch_execute("LOCK TABLE countries IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    thread::scope(|scope| {
        // Some codes twice, some of no country.
        let ask = |number: usize| {
            let (code, port) = (code(number % 90 * 7), server.port);
            scope.spawn(move || assert_right(&code, &get(port, &format!("/country/{code}"))))
        };
        let mut requests: Vec<_> = (0..2).map(ask).collect();
        let began = Instant::now();
        while waiting(&mut watcher) == 0 {
            assert!(began.elapsed() < Duration::from_secs(2), "nobody asks");
        }
        requests.extend((2..120).map(ask));
        thread::sleep(Duration::from_millis(500));
        let statements = waiting(&mut watcher);
        assert!((1..=2).contains(&statements), "{statements} statements at a time");
        lock.rollback().unwrap();
        for request in requests {
            request.join().unwrap();
        }
    });
}

#[test]
fn however_many_ask_for_whatever_everybody_gets_what_they_asked_for() {
    let url = Postgres::shared().database();
    for lookups in ["0", "1", "2", "1000000000"] {
        let server = Server::start(&url, &[("ROCKET_LOOKUPS", lookups), ("ROCKET_POOL_SIZE", "3")]);
        if lookups == "0" {
            connect(&url).batch_execute(ADD_676).unwrap();
        }
        thread::scope(|scope| {
            for seed in 0..12 {
                let port = server.port;
                scope.spawn(move || {
                    let mut chance = Chance::new(seed);
                    for _ in 0..150 {
                        let code = code(chance.below(676));
                        assert_right(&code, &get(port, &format!("/country/{code}")));
                    }
                });
            }
        });
    }
}

#[test]
fn what_was_changed_before_a_request_is_in_its_answer() {
    let url = Postgres::shared().database();
    let server = Server::start(&url, &[]);
    let mut meddler = connect(&url);
    meddler.batch_execute(ADD_676).unwrap();
    let port = server.port;
    let end = AtomicBool::new(false);
    thread::scope(|scope| {
        let _ending = Ending(&end);
        // Others that ask for the same all the while, so that there are statements to share.
        for _ in 0..6 {
            scope.spawn(|| {
                while !end.load(Ordering::Relaxed) {
                    assert_eq!(get(port, "/country/GB").status, 200);
                }
            });
        }
        for number in 0..200 {
            let name = format!("Name {number}");
            meddler
                .execute("UPDATE countries SET name = $1 WHERE iso2code = 'GB'", &[&name])
                .unwrap();
            assert_eq!(
                get(port, "/country/GB").json()["name"],
                name,
                "what was written is read"
            );
        }
    });
}

#[test]
fn who_is_not_asked_for_in_time_is_told_and_the_others_go_on() {
    let url = Postgres::shared().database();
    let settings = [
        ("ROCKET_POOL_SIZE", "1"),
        ("ROCKET_ACQUIRE_TIMEOUT", "1000"),
        ("ROCKET_STATEMENT_TIMEOUT", "2500"),
    ];
    let server = Server::start(&url, &settings);
    let mut meddler = connect(&url);
    meddler.batch_execute(ADD_676).unwrap();
    let mut lock = meddler.transaction().unwrap();
    lock.batch_execute("LOCK TABLE countries IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let port = server.port;
    thread::scope(|scope| {
        // Takes the only connection, until its time is up at 2500.
        let slow = scope.spawn(move || get(port, "/countries"));
        thread::sleep(Duration::from_millis(500));
        // Waits from 500 to 1500.
        let early = scope.spawn(move || get(port, "/country/GB"));
        thread::sleep(Duration::from_millis(1500));
        // Waits from 2000, and gets a connection at 2500.
        let late = scope.spawn(move || get(port, "/country/DE"));
        let early = early.join().unwrap();
        assert_eq!((early.status, early.error_code().as_str()), (503, "database_busy"));
        let slow = slow.join().unwrap();
        assert_eq!((slow.status, slow.error_code().as_str()), (503, "database_slow"));
        lock.rollback().unwrap();
        assert_right("DE", &late.join().unwrap());
    });
}

/// Processes that are stopped, and go on when this goes out of scope.
struct Frozen(Vec<Pid>);

impl Drop for Frozen {
    fn drop(&mut self) {
        for process in &self.0 {
            // It may have ended by itself.
            let _ = kill(*process, Signal::SIGCONT);
        }
    }
}

#[test]
fn connections_that_fall_silent_all_at_once_cost_one_statement_its_time() {
    let url = Postgres::shared().database();
    let server = Server::start(
        &url,
        &[("ROCKET_POOL_SIZE", "12"), ("ROCKET_STATEMENT_TIMEOUT", "1000")],
    );
    let (mut meddler, mut watcher) = (connect(&url), connect(&url));
    meddler.batch_execute(ADD_676).unwrap();
    let port = server.port;
    let mut lock = meddler.transaction().unwrap();
    lock.batch_execute("LOCK TABLE countries IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    // Ten connections, all of them idle after this.
    thread::scope(|scope| {
        let requests: Vec<_> = (0..10)
            .map(|_| scope.spawn(move || get(port, "/countries").status))
            .collect();
        let began = Instant::now();
        while waiting(&mut watcher) < 10 && began.elapsed() < Duration::from_millis(800) {
            thread::sleep(Duration::from_millis(5));
        }
        lock.rollback().unwrap();
        for request in requests {
            assert_eq!(request.join().unwrap(), 200);
        }
    });
    let backends: Vec<Pid> = watcher
        .query(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'country server'",
            &[],
        )
        .unwrap()
        .iter()
        .map(|row| Pid::from_raw(row.get(0)))
        .collect();
    assert!(backends.len() >= 5, "{backends:?}");
    // Long enough ago for everybody to see that they have not been used since.
    thread::sleep(Duration::from_millis(1100));
    for backend in &backends {
        kill(*backend, Signal::SIGSTOP).unwrap();
    }
    let _frozen = Frozen(backends);
    let first = get(port, "/country/GB");
    assert_eq!((first.status, first.error_code().as_str()), (503, "database_slow"));
    for _ in 0..20 {
        assert_right("GB", &get(port, "/country/GB"));
    }
}
