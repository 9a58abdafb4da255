//! Gives errors that come from Rocket itself the shape of all others.

use std::collections::BTreeSet;

use rocket::http::{Method, Status};
use rocket::{Catcher, Request, catch, catchers};

use crate::error::{Code, Refusal};

/// Returns the catcher of every status.
pub fn all() -> Vec<Catcher> {
    catchers![any]
}

#[catch(default)]
fn any(status: Status, request: &Request<'_>) -> Refusal {
    let refusal = |status, code, message: &str, allowed| Refusal {
        status,
        code,
        message: message.to_owned(),
        field: None,
        allowed,
    };
    // Rocket turns an unknown method into a GET that fails with 400 before it is routed.
    let unknown_method = status == Status::BadRequest && request.method() == Method::Get;
    if status == Status::NotFound || unknown_method {
        let allowed = allowed_methods(request);
        if !allowed.is_empty() {
            let message = format!("this path does not support this method; it supports: {allowed}");
            return refusal(
                Status::MethodNotAllowed,
                Code::MethodNotAllowed,
                &message,
                Some(allowed),
            );
        }
    }
    let (code, message) = match status.code {
        400 => (Code::BadRequest, "this request is malformed"),
        404 => (Code::NotFound, "there is nothing at this path; start at /"),
        408 => (Code::SlowBody, "the request did not arrive in time"),
        413 => (Code::BodyTooLarge, "the body is too large"),
        415 => (Code::UnsupportedMediaType, "the body has an unsupported media type"),
        422 => (Code::Invalid, "a value is invalid"),
        503 => (Code::Unavailable, "not available at the moment; try again"),
        401..=499 => (Code::BadRequest, status.reason_lossy()),
        _ => (Code::Internal, "something went wrong here; it has been logged"),
    };
    refusal(status, code, message, None)
}

/// Returns the methods that this path has routes for, joined for the header `Allow`; empty when the path is unknown.
fn allowed_methods(request: &Request<'_>) -> String {
    let wanted: Vec<&str> = request
        .uri()
        .path()
        .raw_segments()
        .map(|segment| segment.as_str())
        .collect();
    let mut methods = BTreeSet::new();
    for route in request.rocket().routes() {
        let pattern: Vec<&str> = route
            .uri
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        let fits = pattern.len() == wanted.len()
            && pattern
                .iter()
                .zip(&wanted)
                .all(|(pattern, segment)| pattern.starts_with('<') || pattern == segment);
        if fits {
            methods.insert(route.method.as_str());
            if route.method == Method::Get {
                methods.insert("HEAD");
            }
        }
    }
    methods.into_iter().collect::<Vec<_>>().join(", ")
}
