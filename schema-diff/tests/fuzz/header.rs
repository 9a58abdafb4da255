//! The header of a migration.

use proptest::prelude::*;
use schema_diff_engine::history::{Fingerprint, Header, PartNumber, SchemaFingerprint, Version, escape, unescape};

use super::{damage::damaged, fuzz, same};

const PIECES: &[&str] = &[
    "",
    "\n",
    "\r\n",
    "\r",
    "-- ",
    "--",
    ":",
    ": ",
    "\\",
    "\\n",
    "\\u{",
    "\\u{110000}",
    "}",
    "schema-diff",
    "message",
    "decided",
    "revises",
    "sha256:",
    "none",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "\0",
    "\u{1F642}",
    ";",
    " ",
];

fn headers() -> impl Strategy<Value = Header> {
    let fingerprint = || prop::option::of(any::<[u8; 4]>().prop_map(Fingerprint::of));
    let schema =
        || prop::option::of((0..9u32, "[a-z]{0,4}").prop_map(|(version, line)| SchemaFingerprint::of(version, [line])));
    let revises = prop::option::of("[0-9]{1,50}".prop_map(Version::recorded));
    let decided = prop::collection::vec(any::<String>(), 0..4);
    let fingerprints = (schema(), schema(), fingerprint(), fingerprint());
    (any::<String>(), any::<String>(), revises, fingerprints, decided).prop_map(
        |(tool, message, revises, (before, after, up, down), decided)| Header {
            keeps: Vec::new(),
            releases: Vec::new(),
            deploy: None,
            tool,
            message,
            part: None,
            revises,
            before,
            after,
            up,
            down,
            decided,
        },
    )
}

/// What is read is a part of the text, and reads the same once it is written.
fn read(text: &str) -> Result<(), String> {
    let Some((header, body)) = Header::parse(text) else {
        return Ok(());
    };
    if !text.ends_with(body) {
        return Err(format!("the SQL beneath the header is not the text's: {body:?}"));
    }
    let written = header.format();
    if let Some(line) = written
        .lines()
        .find(|line| !line.is_empty() && !line.starts_with("-- "))
    {
        return Err(format!("a line is no comment: {line:?}"));
    }
    let body = "SELECT 1;\n";
    same(&Some((header, body)), &Header::parse(&(written + body)))
}

#[test]
fn arbitrary_headers() {
    fuzz(500, &headers(), |header| {
        let text = header.format();
        if text.contains(['\r', '\0', '\u{2028}']) {
            return Err(format!("not one line a value: {text:?}"));
        }
        same(&Some((header, "")), &Header::parse(&text))
    });
}

#[test]
fn damaged_headers() {
    let texts: Vec<String> = ["first", "add iso3code; drop \\ all\n\ttables"]
        .into_iter()
        .map(|message| {
            let header = Header {
                keeps: Vec::new(),
                releases: Vec::new(),
                deploy: None,
                tool: "0.1.0".to_owned(),
                message: message.to_owned(),
                part: Some(PartNumber { number: 1, of: 3 }),
                revises: Some(Version::recorded("20240101000000")),
                before: Some(SchemaFingerprint::of(1, ["before"])),
                after: Some(SchemaFingerprint::of(1, ["after"])),
                up: Some(Fingerprint::of_sql("up")),
                down: None,
                decided: vec!["--rename users.mail:email".to_owned(), "--drop \"a.b\".c".to_owned()],
            };
            header.format() + "-- a comment\nALTER TABLE users ADD COLUMN iso3code TEXT;\n"
        })
        .collect();
    fuzz(1000, &damaged(texts, PIECES), |text| read(&text));
}

#[test]
fn arbitrary_texts() {
    fuzz(500, &any::<String>(), |text| {
        read(&text)?;
        read(&format!("-- schema-diff: {text}"))?;
        let _ = unescape(&text);
        same(&text, &unescape(&escape(&text)))
    });
}
