//! The header at the top of a generated `up.sql`, for people and for the tool.
//!
//! ```sql
//! -- schema-diff: 0.1.0
//! -- message: add iso3code
//! -- part: 1 of 3
//! -- revises: 20240101000000
//! -- before: v1:sha256:0123456789abcdef
//! -- after: v1:sha256:fedcba9876543210
//! -- up: sha256:0011223344556677
//! -- down: sha256:8899aabbccddeeff
//! -- decided: --rename users.mail:email
//! -- keeps: {"table":{"schema":"public","name":"old"}}
//! -- releases: 20240101000000
//! -- deploy: migrate first
//! -- revert: when the old program is deployed again
//!
//! ALTER TABLE ...
//! ```
//!
//! Every value is on one line, whatever it contains, so that no message can become SQL. The header ends at the first
//! line that is not `-- key: value`. A text whose first line is not `-- schema-diff: ...` has no header.

use std::{fmt, str::FromStr};

use super::{Fingerprint, SchemaFingerprint, Version};
use crate::{compatibility::Order, rollout::Kept};

const MARK: &str = "schema-diff";

/// The header of a generated migration.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Header {
    /// The version of the tool that wrote it.
    pub tool: String,
    /// The user's message.
    pub message: String,
    /// Its number and the number of the parts, if the migration has several.
    pub part: Option<PartNumber>,
    /// The migration that it follows; `None` for the first.
    pub revises: Option<Version>,
    /// The fingerprint of the schema before.
    pub before: Option<SchemaFingerprint>,
    /// The fingerprint of the schema after.
    pub after: Option<SchemaFingerprint>,
    /// The fingerprint of the SQL in `up.sql` below the header, as it was generated.
    pub up: Option<Fingerprint>,
    /// The fingerprint of the SQL in `down.sql` below the header, as it was generated.
    pub down: Option<Fingerprint>,
    /// The user's decisions, one option each. A rewritten migration keeps them.
    pub decided: Vec<String>,
    /// What the migration keeps for the program that is still running.
    pub keeps: Vec<Kept>,
    /// The migrations whose kept things this one removes.
    pub releases: Vec<Version>,
    /// When the new program can be deployed; `None` in the parts after the first.
    pub deploy: Option<Order>,
}

/// The number of a part, counted from 1, and how many parts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct PartNumber {
    /// The number.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl fmt::Display for PartNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.number, self.of)
    }
}

impl FromStr for PartNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (number, of) = text.split_once(" of ").ok_or(())?;
        let parse = |text: &str| text.trim().parse().map_err(|_| ());
        Ok(Self {
            number: parse(number)?,
            of: parse(of)?,
        })
    }
}

impl Header {
    /// Formats the header as SQL comments, with the empty line that ends it.
    #[must_use]
    pub fn format(&self) -> String {
        let revises = self.revises.as_ref().map_or("none", Version::as_str);
        let mut lines = vec![(MARK, escape(&self.tool)), ("message", escape(&self.message))];
        lines.extend(self.part.map(|part| ("part", part.to_string())));
        lines.push(("revises", escape(revises)));
        let schemas = [("before", &self.before), ("after", &self.after)];
        let schemas = schemas.map(|(key, value)| (key, value.as_ref().map(ToString::to_string)));
        let texts = [("up", &self.up), ("down", &self.down)];
        let texts = texts.map(|(key, value)| (key, value.as_ref().map(ToString::to_string)));
        let fingerprints = schemas.into_iter().chain(texts);
        lines.extend(fingerprints.filter_map(|(key, value)| Some((key, value?))));
        lines.extend(self.decided.iter().map(|flag| ("decided", escape(flag))));
        let keeps = self.keeps.iter().filter_map(|kept| serde_json::to_string(kept).ok());
        lines.extend(keeps.map(|kept| ("keeps", escape(&kept))));
        let releases = self
            .releases
            .iter()
            .map(|version| ("releases", escape(version.as_str())));
        lines.extend(releases);
        lines.extend(self.deploy.map(|order| ("deploy", order.to_string())));
        let reverted = self.deploy.and_then(Order::when_reverted);
        lines.extend(reverted.map(|when| ("revert", when.to_owned())));
        lines
            .iter()
            .map(|(key, value)| format!("-- {key}: {value}\n"))
            .collect::<String>()
            + "\n"
    }

    /// Parses the header of a text. Returns it with the SQL below it, or `None` if the text has no header of
    /// schema-diff.
    ///
    /// Unknown keys and invalid values count as absent: a header never causes an error.
    #[must_use]
    pub fn parse(text: &str) -> Option<(Self, &str)> {
        let (lines, body) = split(text)?;
        let mut header = Self::default();
        for (key, value) in lines {
            let value = unescape(value);
            match key {
                MARK => header.tool = value,
                "message" => header.message = value,
                "part" => header.part = value.parse().ok(),
                "revises" => header.revises = (value != "none" && !value.is_empty()).then(|| Version::recorded(value)),
                "before" => header.before = value.parse().ok(),
                "after" => header.after = value.parse().ok(),
                "up" => header.up = value.parse().ok(),
                "down" => header.down = value.parse().ok(),
                "decided" => header.decided.push(value),
                "keeps" => header.keeps.extend(serde_json::from_str::<Kept>(&value)),
                "releases" if !value.is_empty() => header.releases.push(Version::recorded(value)),
                "deploy" => header.deploy = value.parse().ok(),
                _ => {}
            }
        }
        Some((header, body))
    }
}

/// Splits a generated text into the `-- key: value` lines at its top and the text below them; `None` if it has no such
/// lines.
#[must_use]
pub fn split(text: &str) -> Option<(Vec<(&str, &str)>, &str)> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    while let Some(entry) = rest.lines().next().and_then(entry) {
        if lines.is_empty() && entry.0 != MARK {
            return None;
        }
        lines.push(entry);
        rest = rest.split_once('\n').map_or("", |(_, after)| after);
    }
    let body = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix('\n'))
        .unwrap_or(rest);
    (!lines.is_empty()).then_some((lines, body))
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix("-- ")?.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_key.then(|| (key, value.trim()))
}

/// Escapes a text as one line without invisible characters: control characters, line and paragraph separators, marks
/// that change the direction of writing, and white space at either end become backslash sequences.
#[must_use]
pub fn escape(text: &str) -> String {
    let visible = text.trim();
    let starts = text.len() - text.trim_start().len();
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let inside = visible.is_empty() || (starts..starts + visible.len()).contains(&at);
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_hidden(character) || !inside || visible.is_empty() => {
                escaped.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
            }
            plain => escaped.push(plain),
        }
    }
    escaped
}

/// Returns the text that [`escape`] was given. Unknown sequences are unchanged.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut characters = after.chars();
        let replacement = match characters.next() {
            Some('\\') => Some('\\'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => braced(characters.as_str()).map(|(character, behind)| {
                characters = behind.chars();
                character
            }),
            _ => None,
        };
        rest = match replacement {
            Some(character) => {
                plain.push(character);
                characters.as_str()
            }
            None => {
                plain.push('\\');
                after
            }
        };
    }
    plain + rest
}

fn braced(text: &str) -> Option<(char, &str)> {
    let (digits, behind) = text.strip_prefix('{')?.split_once('}')?;
    Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, behind))
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::model::TableName;

    fn header(message: &str) -> Header {
        Header {
            tool: "0.1.0".into(),
            message: message.into(),
            part: Some(PartNumber { number: 1, of: 3 }),
            revises: Some(Version::recorded("20240101000000")),
            before: Some(SchemaFingerprint::of(1, ["before"])),
            after: Some(SchemaFingerprint::of(1, ["after"])),
            up: Some(Fingerprint::of_sql("up")),
            down: None,
            decided: Vec::new(),
            keeps: vec![Kept::Table(TableName::new("a b", "c\nd\\"))],
            releases: vec![Version::recorded("20240101000000")],
            deploy: Some(Order::AfterPart(2)),
        }
    }

    proptest! {
        #[test]
        fn any_message_comes_back(message in any::<String>(), decided in proptest::collection::vec(any::<String>(), 0..3), body in "[ -~\n]{0,80}") {
            let written = Header { decided, ..header(&message) };
            let text = written.format() + &body;
            let (read, beneath) = Header::parse(&text).unwrap();
            prop_assert_eq!(read, written);
            prop_assert_eq!(beneath, body);
        }

        #[test]
        fn a_header_is_comments_alone(message in any::<String>()) {
            for line in header(&message).format().split(['\n', '\r']) {
                prop_assert!(line.is_empty() || line.starts_with("-- "), "{:?}", line);
                prop_assert!(!line.contains('\0'));
            }
        }

        #[test]
        fn any_text_can_be_looked_at(text in any::<String>()) {
            let _ = Header::parse(&text);
            let _ = Header::parse(&format!("-- schema-diff: {text}"));
            let _ = unescape(&text);
        }
    }

    #[test]
    fn what_is_not_ours_has_no_header() {
        for text in [
            "",
            "-- Your SQL goes here\n",
            "-- message: x\n\nSELECT 1",
            "SELECT 1\n-- schema-diff: 0.1.0\n",
        ] {
            assert_eq!(Header::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_header_of_the_first_releases_is_read_as_it_was_written() {
        let text = "-- schema-diff: 0.1.0\n-- message: x\n-- revises: none\n-- before: sha256:0123456789abcdef\n-- after: sha256:fedcba9876543210\n\nSELECT 1;\n";
        let (read, body) = Header::parse(text).unwrap();
        assert_eq!(read.format() + body, text);
        let now = SchemaFingerprint::of(1, ["anything"]);
        assert_eq!(read.after.unwrap().differs_from(&now), None);
    }

    #[test]
    fn windows_line_endings_change_nothing() {
        let text = header("x").format() + "SELECT 1;\nSELECT 2;\n";
        let windows = text.replace('\n', "\r\n");
        let (read, body) = Header::parse(&windows).unwrap();
        assert_eq!(read, header("x"));
        assert_eq!(Fingerprint::of_sql(body), Fingerprint::of_sql("SELECT 1;\nSELECT 2;"));
    }

    #[test]
    fn a_comment_under_the_header_belongs_to_the_sql() {
        let text = header("x").format() + "-- note: keep me\nSELECT 1;\n";
        assert_eq!(Header::parse(&text).unwrap().1, "-- note: keep me\nSELECT 1;\n");
    }
}
