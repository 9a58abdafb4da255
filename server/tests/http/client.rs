//! HTTP as bytes on a socket, so that requests which no decent client would send can be sent, too.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The `code` of an error, which must have the shape that every error has.
    pub fn error_code(&self) -> String {
        let json = self.json();
        let error = &json["error"];
        assert!(
            error["message"].is_string() && (error["field"].is_null() || error["field"].is_string()),
            "{self:?}"
        );
        assert_eq!(error.as_object().unwrap().len(), 3, "{self:?}");
        for word in ["SELECT", "INSERT", "UPDATE", "countries_", "relation", "constraint"] {
            assert!(
                !self.body.contains(word),
                "an error that speaks of the database: {self:?}"
            );
        }
        let codes = &document()["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"];
        assert!(
            codes.as_array().unwrap().contains(&error["code"]),
            "not in the document: {self:?}"
        );
        error["code"].as_str().unwrap().to_owned()
    }
}

/// The OpenAPI document.
fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&server::openapi::DOCUMENT).unwrap());
    &DOCUMENT
}

/// A request: `line` is method and path; `Host`, `Connection` and `Content-Length` are added.
pub fn send(port: u16, line: &str, headers: &[&str], body: &[u8]) -> Answer {
    let mut request = format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    let measured = headers
        .iter()
        .any(|header| header.to_ascii_lowercase().starts_with("transfer-encoding"));
    if !measured && (!body.is_empty() || line.starts_with('P')) {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    raw(port, &bytes)
}

pub fn get(port: u16, path: &str) -> Answer {
    send(port, &format!("GET {path}"), &[], b"")
}

pub fn post_json(port: u16, path: &str, body: &str) -> Answer {
    send(
        port,
        &format!("POST {path}"),
        &["Content-Type: application/json"],
        body.as_bytes(),
    )
}

/// Bytes as they are.
pub fn raw(port: u16, bytes: &[u8]) -> Answer {
    let mut stream = connect(port);
    // A server that has answered already may close its ear before everything is said.
    let _ = stream.write_all(bytes);
    read(&mut stream).unwrap_or_else(|said| panic!("no answer: {said:?}"))
}

/// Bytes as they are, and nothing after them: `None` where the connection is closed without an answer.
pub fn broken_off(port: u16, bytes: &[u8]) -> Option<Answer> {
    let mut stream = connect(port);
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    read(&mut stream).ok()
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// An answer, or what there is instead of one.
fn read(stream: &mut TcpStream) -> Result<Answer, String> {
    let mut answer = Vec::new();
    let mut buffer = [0; 16_384];
    // Up to what it announces: not everybody closes a connection because they are asked to.
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) => break Some(error),
        }
        if is_complete(&answer) {
            break None;
        }
    };
    let text = String::from_utf8_lossy(&answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return Err(format!("{end:?} after {text:?}"));
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Answer {
        status: status.ok_or_else(|| head.to_owned())?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// Whether an answer has as much of a body as its head says.
fn is_complete(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let words = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    let length = words
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    length.is_some_and(|length| answer.len() >= head + 4 + length)
}
