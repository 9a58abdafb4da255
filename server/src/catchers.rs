//! Errors that no handler gave: the same shape as all others.

use std::collections::BTreeSet;

use rocket::http::{Method, Status};
use rocket::{Catcher, Request, catch, catchers};

use crate::error::Refusal;

/// The catcher of every status.
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
    // Of a method that Rocket has no word for it makes a GET that fails with 400 before it is routed.
    let unknown_method = status == Status::BadRequest && request.method() == Method::Get;
    if status == Status::NotFound || unknown_method {
        let allowed = allowed_methods(request);
        if !allowed.is_empty() {
            let message = format!("this method is not for this path; what is: {allowed}");
            return refusal(Status::MethodNotAllowed, "method_not_allowed", &message, Some(allowed));
        }
    }
    let (code, message) = match status.code {
        400 => ("bad_request", "this request cannot be understood"),
        404 => ("not_found", "there is nothing at this path; / lists what there is"),
        408 => ("slow_body", "the request did not arrive in time"),
        413 => ("body_too_large", "the body is too large"),
        415 => ("unsupported_media_type", "the body is of a kind that is not read here"),
        422 => ("invalid", "a value is not what it should be"),
        503 => ("unavailable", "not available at the moment; try again"),
        401..=499 => ("bad_request", status.reason_lossy()),
        _ => ("internal", "something went wrong here; it has been logged"),
    };
    refusal(status, code, message, None)
}

/// The methods that this path has routes for, joined for the header `Allow`; empty when the path is unknown.
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
