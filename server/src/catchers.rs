//! Errors that no handler gave: the same shape as all others.

use std::collections::BTreeSet;

use rocket::http::{Header, Status};
use rocket::{Catcher, Request, catch, catchers};

use crate::error::{Refusal, refusal};

/// The catcher of every status.
pub fn all() -> Vec<Catcher> {
    catchers![any]
}

#[catch(default)]
fn any(status: Status, request: &Request<'_>) -> Refusal {
    if status == Status::NotFound {
        let allowed = allowed_methods(request);
        if !allowed.is_empty() {
            let message = format!("{} is not for this path; what is: {allowed}", request.method());
            let mut answer = refusal(Status::MethodNotAllowed, "method_not_allowed", &message, None);
            answer.0.set_header(Header::new("Allow", allowed));
            return answer;
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
            if route.method == rocket::http::Method::Get {
                methods.insert("HEAD");
            }
        }
    }
    methods.into_iter().collect::<Vec<_>>().join(", ")
}
