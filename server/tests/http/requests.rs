//! The requests of `requests.txt` and `promises.txt`.

use serde_json::Value;

use crate::client::{Answer, send};
use crate::postgres::Postgres;
use crate::server::Server;

#[derive(Default)]
struct Case<'a> {
    at: usize,
    request: Vec<&'a str>,
    body: String,
    answer: Vec<&'a str>,
    facts: Vec<(&'a str, Value)>,
}

#[test]
fn every_request_gets_its_answer() {
    answers("requests.txt", include_str!("requests.txt"));
}

#[test]
fn every_promise_is_kept() {
    answers("promises.txt", include_str!("promises.txt"));
}

fn answers(name: &str, text: &str) {
    let server = Server::start(&Postgres::shared().database(), &[]);
    let cases = read(text);
    assert!(cases.len() > 15);
    let misses: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let answer = send(server.port, case.request[0], &case.request[1..], case.body.as_bytes());
            let miss = check(case, &answer)?;
            Some(format!(
                "{name}:{}: {}: {miss}\n    {}",
                case.at, case.request[0], answer.body
            ))
        })
        .collect();
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

fn check(case: &Case<'_>, answer: &Answer) -> Option<String> {
    let status: u16 = case.answer[0].parse().unwrap();
    if answer.status != status {
        return Some(format!("{} instead of {status}", answer.status));
    }
    for header in &case.answer[1..] {
        let (name, value) = header.split_once(": ").unwrap();
        if answer.header(name) != Some(value) {
            return Some(format!("{name} is {:?}", answer.header(name)));
        }
    }
    if status >= 400 && !answer.header("content-type").unwrap().starts_with("text/html") {
        answer.error_code();
    }
    let json = if case.facts.is_empty() {
        Value::Null
    } else {
        answer.json()
    };
    case.facts
        .iter()
        .find(|(pointer, value)| json.pointer(pointer) != Some(value))
        .map(|fact| format!("not {fact:?}"))
}

fn read(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut asking = false;
    for (index, line) in text.lines().enumerate() {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        if mark == ">" && !asking {
            cases.push(Case {
                at: index + 1,
                ..Case::default()
            });
        }
        asking = mark.starts_with('>');
        match (mark, cases.last_mut()) {
            (">", Some(case)) => case.request.push(rest),
            (">>", Some(case)) => case.body.push_str(&repeated(rest)),
            ("<", Some(case)) => case.answer.push(rest),
            ("=", Some(case)) => {
                // Without a pointer it is the whole of it.
                let (pointer, value) = if rest.starts_with('{') {
                    ("", rest)
                } else {
                    rest.split_once(' ').unwrap()
                };
                case.facts.push((pointer, serde_json::from_str(value).unwrap()));
            }
            ("" | "#", _) => {}
            _ => panic!("requests.txt:{}: {line}", index + 1),
        }
    }
    cases
}

/// `«A*3»` becomes `AAA`.
fn repeated(body: &str) -> String {
    let Some((before, rest)) = body.split_once('«') else {
        return body.to_owned();
    };
    let (what, after) = rest.split_once('»').unwrap();
    let (unit, count) = what.split_once('*').unwrap();
    format!("{before}{}{after}", unit.repeat(count.parse().unwrap()))
}
