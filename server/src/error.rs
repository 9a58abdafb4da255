//! What a request may be refused with, in the one shape that every error of this server has:
//!
//! ```json
//! {"error": {"code": "country_exists", "message": "there is a country GB already", "field": "iso2code"}}
//! ```
//!
//! `code` is for programs and never changes its meaning; `message` is for people; `field` names the field or parameter
//! that is wrong, or is `null`. What Postgres said is logged, never sent.

use diesel::result::DatabaseErrorKind;
use rocket::Request;
use rocket::http::{ContentType, Status};
use rocket::response::Responder;
use serde::Serialize;

use crate::html::{self, Html};
use crate::pool::DatabaseError;

/// Seconds after which a client may try again what failed for want of a database.
pub const RETRY_AFTER: u32 = 2;

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The body is not a JSON object.
    #[error("the body must be a JSON object: {0}")]
    MalformedBody(String),
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    SlowBody,
    /// The body is longer than is read.
    #[error("the body may have {limit} bytes at most")]
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// The body is something else than JSON.
    #[error("the body must be JSON, with Content-Type: application/json")]
    UnsupportedMediaType,
    /// A field or parameter has a value that it cannot have.
    #[error("{message}")]
    Invalid {
        /// The field or parameter.
        field: String,
        /// What is wrong with it.
        message: String,
    },
    /// No country has this code.
    #[error("there is no country {code}")]
    NoSuchCountry {
        /// In capitals.
        code: String,
    },
    /// Another country has this code.
    #[error("there is a country {code} already")]
    CountryExists {
        /// In capitals.
        code: String,
    },
    /// Users live there.
    #[error("{code} cannot go: there are users in it")]
    CountryInUse {
        /// In capitals.
        code: String,
    },
    /// No page loads such a file.
    #[error("there is no such file")]
    NoSuchFile,
    /// The database gave no answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The constraint that a statement hit, if that is what happened.
pub fn violated(error: &DatabaseError) -> Option<(&DatabaseErrorKind, &str)> {
    let DatabaseError::Query(error) = error else {
        return None;
    };
    let diesel::result::Error::DatabaseError(kind, facts) = &**error else {
        return None;
    };
    facts.constraint_name().map(|name| (kind, name))
}

/// The body of every error.
#[derive(Serialize)]
struct Envelope<'a> {
    error: Facts<'a>,
}

#[derive(Serialize)]
struct Facts<'a> {
    code: &'a str,
    message: &'a str,
    field: Option<&'a str>,
}

/// A refused request's answer: in the one shape, with `Retry-After` if it is a 503; as a page if a browser asks.
pub struct Refusal {
    /// The status.
    pub status: Status,
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// The field or parameter that is wrong.
    pub field: Option<String>,
    /// The methods that there are instead, if it is a 405.
    pub allowed: Option<String>,
}

impl Refusal {
    fn json(&self) -> String {
        let error = Facts {
            code: self.code,
            message: &self.message,
            field: self.field.as_deref(),
        };
        serde_json::to_string(&Envelope { error })
            // Three strings always are JSON; should that ever change, the shape still holds.
            .unwrap_or_else(|_| r#"{"error":{"code":"internal","message":"internal error","field":null}}"#.to_owned())
    }
}

impl<'r> Responder<'r, 'static> for Refusal {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = if html::is_wanted(request) {
            let page = html::Refused {
                reason: self.status.reason_lossy(),
                message: &self.message,
            };
            Html::from(page.to_string()).respond_to(request)?
        } else {
            let mut response = (ContentType::JSON, self.json()).respond_to(request)?;
            response.set_raw_header("Vary", "Accept");
            response
        };
        response.set_status(self.status);
        if let Some(allowed) = self.allowed {
            response.set_raw_header("Allow", allowed);
        }
        if self.status == Status::ServiceUnavailable {
            response.set_raw_header("Retry-After", RETRY_AFTER.to_string());
        }
        Ok(response)
    }
}

impl ApiError {
    /// The status, the code, and the field that is wrong.
    pub fn facts(&self) -> (Status, &'static str, Option<&str>) {
        match self {
            Self::MalformedBody(_) => (Status::BadRequest, "malformed_body", None),
            Self::SlowBody => (Status::RequestTimeout, "slow_body", None),
            Self::TooLarge { .. } => (Status::PayloadTooLarge, "body_too_large", None),
            Self::UnsupportedMediaType => (Status::UnsupportedMediaType, "unsupported_media_type", None),
            Self::Invalid { field, .. } => (Status::UnprocessableEntity, "invalid", Some(field)),
            Self::NoSuchCountry { .. } => (Status::NotFound, "no_such_country", None),
            Self::NoSuchFile => (Status::NotFound, "not_found", None),
            Self::CountryExists { .. } => (Status::Conflict, "country_exists", Some("iso2code")),
            Self::CountryInUse { .. } => (Status::Conflict, "country_in_use", None),
            Self::Database(DatabaseError::Query(_)) => (Status::InternalServerError, "internal", None),
            Self::Database(DatabaseError::TooSlow) => (Status::ServiceUnavailable, "database_slow", None),
            Self::Database(DatabaseError::Busy) => (Status::ServiceUnavailable, "database_busy", None),
            Self::Database(DatabaseError::Unreachable(_)) => (Status::ServiceUnavailable, "database_unavailable", None),
        }
    }

    /// What the client is told: the error's own words, but never Postgres's.
    pub fn message(&self) -> String {
        match self {
            Self::Database(DatabaseError::Query(_)) => "something went wrong here; it has been logged".to_owned(),
            Self::Database(_) => "the database does not answer at the moment; try again".to_owned(),
            other => other.to_string(),
        }
    }
}

impl<'r> Responder<'r, 'static> for ApiError {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        if let Self::Database(cause) = &self {
            tracing::error!(%cause, "a request failed for the database");
        }
        let (status, code, field) = self.facts();
        let refusal = Refusal {
            status,
            code,
            message: self.message(),
            field: field.map(str::to_owned),
            allowed: None,
        };
        refusal.respond_to(request)
    }
}
