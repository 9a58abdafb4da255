//! Requests that nobody should send, of every kind and very many: each is refused for what it is, and leaves nothing
//! behind.

use std::thread;
use std::time::Duration;

use crate::chance::Chance;
use crate::client::{broken_off, get, send};
use crate::postgres::Postgres;
use crate::server::Server;

const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get", "G\u{e9}T", "",
    "PRI",
];
const PATHS: &[&str] = &[
    "/",
    "/countries",
    "/country",
    "/country/GB",
    "/healthz",
    "/docs",
    "/assets/style.css",
    "/nowhere",
    "//",
    "/../../etc/passwd",
    "/country/%00",
    "/country/%",
    "/country/%zz",
    "/country/%C3%28",
    "/country/'; DROP TABLE countries; --",
    "*",
    "country",
    "/country/GB/GB",
    "/assets/..%2f..%2fCargo.toml",
    "http://elsewhere.example/",
    "/countries?limit=-1",
    "/countries?limit=9e99",
    "/countries?after=%00",
    "/countries?after=GB&after=FR",
    "/countries?=&&==%",
    "/?added=<script>",
    "/?after[]=GB",
];
const TYPES: &[&str] = &[
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/",
    "/",
    ";;",
    "application/merge-patch+json; charset=utf-16",
    "multipart/form-data; boundary=x",
];
const BODIES: &[&str] = &[
    "",
    "{",
    "[]",
    "null",
    "7",
    "\"GB\"",
    "{}",
    "{\"iso2code\": 7}",
    "{\"iso2code\": \"G\\u0000\"}",
    "{\"iso2code\": \"\\ud800\"}",
    "{\"iso2code\": \"GB\", \"iso2code\": \"FR\"}",
    "{\"id\": 1e400}",
    "{\"name\": {\"$gt\": \"\"}}",
    "iso2code=&name=%",
    "_method=DELETE",
    "_method=BREW&iso2code=GB",
    "iso2code[0]=G&iso2code[1]=B",
    "--x\r\nContent-Disposition: form-data; name=\"iso2code\"\r\n\r\nGB\r\n--x--",
    "\u{feff}{}",
    "{\"iso2code\": \"GB\"} {}",
];
const HEADERS: &[&str] = &[
    "Accept: text/html",
    "Accept: ;q=",
    "Accept: text/html;q=7, */*;q=-1",
    "Cookie: \u{1}=\u{2}; a",
    "Expect: 100-continue",
    "Expect: wonders",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip",
    "Content-Length: 99999999999999999999",
    "Content-Length: -1",
    "Upgrade: websocket",
    "Connection: upgrade",
    "X-HTTP-Method-Override: DELETE",
    "Range: bytes=5-1",
    "If-None-Match: *",
    ": nameless",
    "No colon",
    "Host: other",
    "Accept-Encoding: br;q=x",
];

/// Some bytes that a client sends before it goes away.
fn request(chance: &mut Chance) -> Vec<u8> {
    match chance.below(20) {
        0 => {
            let count = chance.below(400);
            return chance.bytes(count);
        }
        1 => return b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        2 => return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00".to_vec(),
        _ => {}
    }
    let mut body = chance.of(BODIES).as_bytes().to_vec();
    match chance.below(12) {
        0 => body = "[".repeat(chance.below(40_000)).into_bytes(),
        1 => {
            body = format!(
                "{{\"iso2code\": \"GB\", \"name\": \"{}\"}}",
                "n".repeat(chance.below(20_000))
            )
            .into_bytes()
        }
        2 => {
            let count = chance.below(3_000);
            body = chance.bytes(count);
        }
        _ => {}
    }
    let mut path = (*chance.of(PATHS)).to_owned();
    match chance.below(15) {
        0 => path = format!("/country/{}", "G".repeat(chance.below(20_000))),
        1 => path.push_str(&format!("?limit={}", "9".repeat(chance.below(2_000)))),
        _ => {}
    }
    let version = chance.of(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/3", "http", ""]);
    let mut bytes = format!("{} {path} {version}\r\nHost: localhost\r\n", chance.of(METHODS)).into_bytes();
    for _ in 0..chance.below(4) {
        bytes.extend_from_slice(chance.of(HEADERS).as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    match chance.below(25) {
        0 => bytes.extend_from_slice("X: y\r\n".repeat(chance.below(300)).as_bytes()),
        1 => bytes.extend_from_slice(format!("X: {}\r\n", "y".repeat(chance.below(30_000))).as_bytes()),
        2 => bytes.extend_from_slice(b"X: \xff\xfe\r\n"),
        _ => {}
    }
    if chance.below(3) > 0 {
        bytes.extend_from_slice(format!("Content-Type: {}\r\n", chance.of(TYPES)).as_bytes());
    }
    // Sometimes more is announced than comes, or less.
    let length = match chance.below(10) {
        0 => body.len() + 10,
        1 => body.len() / 2,
        _ => body.len(),
    };
    bytes.extend_from_slice(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    bytes.extend_from_slice(&body);
    if chance.below(20) == 0 {
        bytes.truncate(chance.below(bytes.len()) + 1);
    }
    bytes
}

#[test]
fn bad_requests_are_refused_and_leave_nothing_behind() {
    let count = if crate::is_long() { 100_000 } else { 3_000 };
    let mut server = Server::start(&Postgres::shared().database(), &[]);
    let log = server.listen();
    let port = server.port;
    send(port, "POST /country", &[], b"");
    let storm = |seed: u64, count: usize| {
        thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || {
                    let mut chance = Chance::new(seed * 8 + thread);
                    for _ in 0..count / 8 {
                        let request = request(&mut chance);
                        if let Some(answer) = broken_off(port, &request) {
                            let said = String::from_utf8_lossy(&request[..request.len().min(600)]).into_owned();
                            assert!(answer.status < 500, "{said:?}: {answer:?}");
                        }
                    }
                });
            }
        });
    };
    // What a server keeps for good (threads, connections, prepared statements) it has after these.
    storm(1, 1_000);
    let before = server.memory();
    storm(2, count);
    thread::sleep(Duration::from_millis(200));
    let grown = server.memory().saturating_sub(before);
    assert!(grown < 6_000, "{grown} kB more than the {before} of before");
    let country = get(port, "/country/GB");
    assert!([200, 404].contains(&country.status), "{country:?}");
    drop(server);
    let log = log.join().unwrap();
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
}
