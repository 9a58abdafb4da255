//! Postgres stopped and started again while requests come in.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Answer, get, post_json, send};
use crate::postgres::Place;
use crate::server::Server;

/// How long it may take from a Postgres that is back to answers that are.
const RECOVERY: Duration = Duration::from_secs(5);

/// Whether this is the database's absence as a client is to see it.
fn is_stated(answer: &Answer) -> bool {
    answer.status == 503
        && answer
            .header("retry-after")
            .is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0))
        && answer.error_code().starts_with("database_")
}

/// Sets a flag when it goes out of scope.
pub struct Ending<'a>(pub &'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn postgres_stops_and_starts_under_load() {
    let rounds = if crate::is_long() { 20 } else { 2 };
    let mut postgres = Place::new().start();
    let mut server = Server::start(&postgres.database(), &[("ROCKET_ACQUIRE_TIMEOUT", "1000")]);
    let log = server.listen();
    let port = server.port;
    assert_eq!(send(port, "POST /country", &[], b"").status, 201);

    let (end, refused, good) = (AtomicBool::new(false), AtomicU32::new(0), AtomicU32::new(0));
    let promised = Mutex::new(BTreeSet::new());
    let read = || {
        let answer = get(port, "/country/GB");
        if answer.status == 200 {
            let country = answer.json();
            assert_eq!((&country["id"], &country["iso3code"]), (&1.into(), &"GBR".into()));
            good.fetch_add(1, Ordering::Relaxed);
        } else {
            assert!(is_stated(&answer), "{answer:?}");
            refused.fetch_add(1, Ordering::Relaxed);
        }
    };
    let write = |number: u16| {
        let letter = |at: u16| char::from(b'A' + u8::try_from(at % 26).unwrap());
        let code = format!("{}{}", letter(number / 26), letter(number));
        let answer = post_json(port, "/country", &format!(r#"{{"iso2code": "{code}"}}"#));
        match answer.status {
            201 => promised.lock().unwrap().insert(code),
            // It is there already, perhaps by a request whose answer was lost.
            409 => true,
            _ => {
                assert!(is_stated(&answer), "{answer:?}");
                true
            }
        };
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !end.load(Ordering::Relaxed) {
                    read();
                }
            });
        }
        scope.spawn(|| {
            for number in (0..676).cycle() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                write(number);
            }
        });
        // Also when this fails: nobody else would end them.
        let _end = Ending(&end);
        for round in 0..rounds {
            thread::sleep(Duration::from_millis(300));
            postgres.stop();
            let before = refused.load(Ordering::Relaxed);
            thread::sleep(Duration::from_millis(500));
            assert!(
                refused.load(Ordering::Relaxed) > before,
                "somebody answers without a database"
            );
            postgres.start_again();
            let back = Instant::now();
            let mut row = 0;
            while row < 20 {
                let answer = get(port, "/country/GB");
                row = if answer.status == 200 { row + 1 } else { 0 };
                let late = back.elapsed();
                assert!(
                    row > 0 || late < RECOVERY,
                    "round {round}: after {late:?} still {answer:?}"
                );
            }
        }
    });
    assert!(good.load(Ordering::Relaxed) > 100);
    // What was promised is there.
    let mut there = BTreeSet::new();
    let mut path = Some("/countries?limit=100".to_owned());
    while let Some(here) = path {
        let page = get(port, &here).json();
        let codes = page["countries"].as_array().unwrap().iter();
        there.extend(codes.map(|country| country["iso2code"].as_str().unwrap().to_owned()));
        path = page["next"].as_str().map(str::to_owned);
    }
    let promised = promised.into_inner().unwrap();
    assert!(
        !promised.is_empty() && promised.is_subset(&there),
        "{promised:?} against {there:?}"
    );
    drop(server);
    let log = log.join().unwrap();
    assert!(!log.contains("panicked"), "{log}");
}
