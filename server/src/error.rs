//! The errors of requests, in the one shape that every error of this server has:
//!
//! ```json
//! {"error": {"code": "country_exists", "message": "there is a country GB already", "field": "iso2code"}}
//! ```
//!
//! `code` is for programs and never changes its meaning; `message` is for people; `field` names the field or parameter
//! that is wrong, or is `null`. Postgres's messages are logged, never sent.

use diesel::result::DatabaseErrorKind;
use rocket::Request;
use rocket::http::{ContentType, Status};
use rocket::response::Responder;
use serde::Serialize;
use utoipa::ToSchema;

use crate::html::{self, Html};
use crate::pool::DatabaseError;

/// Seconds after which a client may try again when the database is unavailable.
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
    /// The body is longer than the limit.
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
    #[error("{code} cannot be deleted: it has users")]
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

/// Returns the constraint that a statement violated, if that is why it failed.
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
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
#[serde(deny_unknown_fields)]
pub struct Envelope<'a> {
    #[schema(inline)]
    error: Facts<'a>,
}

#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Facts<'a> {
    #[schema(inline)]
    code: Code,
    /// For people.
    message: &'a str,
    /// The field or parameter that is wrong.
    #[schema(required)]
    field: Option<&'a str>,
}

/// For programs; never changes its meaning.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    BadRequest,
    BodyTooLarge,
    CountryExists,
    CountryInUse,
    DatabaseBusy,
    DatabaseSlow,
    DatabaseUnavailable,
    Internal,
    Invalid,
    MalformedBody,
    MethodNotAllowed,
    NoSuchCountry,
    NotFound,
    SlowBody,
    Unavailable,
    UnsupportedMediaType,
}

/// The response to a refused request: JSON in the one shape, or a page for a browser; with `Retry-After` if it is a 503.
pub struct Refusal {
    /// The status.
    pub status: Status,
    /// For programs.
    pub code: Code,
    /// For people.
    pub message: String,
    /// The field or parameter that is wrong.
    pub field: Option<String>,
    /// The methods that the path has, if it is a 405.
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
    /// Returns the status, the code, and the field that is wrong.
    pub fn facts(&self) -> (Status, Code, Option<&str>) {
        match self {
            Self::MalformedBody(_) => (Status::BadRequest, Code::MalformedBody, None),
            Self::SlowBody => (Status::RequestTimeout, Code::SlowBody, None),
            Self::TooLarge { .. } => (Status::PayloadTooLarge, Code::BodyTooLarge, None),
            Self::UnsupportedMediaType => (Status::UnsupportedMediaType, Code::UnsupportedMediaType, None),
            Self::Invalid { field, .. } => (Status::UnprocessableEntity, Code::Invalid, Some(field)),
            Self::NoSuchCountry { .. } => (Status::NotFound, Code::NoSuchCountry, None),
            Self::NoSuchFile => (Status::NotFound, Code::NotFound, None),
            Self::CountryExists { .. } => (Status::Conflict, Code::CountryExists, Some("iso2code")),
            Self::CountryInUse { .. } => (Status::Conflict, Code::CountryInUse, None),
            Self::Database(DatabaseError::Query(_)) => (Status::InternalServerError, Code::Internal, None),
            Self::Database(DatabaseError::TooSlow) => (Status::ServiceUnavailable, Code::DatabaseSlow, None),
            Self::Database(DatabaseError::Busy) => (Status::ServiceUnavailable, Code::DatabaseBusy, None),
            Self::Database(DatabaseError::Unreachable(_)) => {
                (Status::ServiceUnavailable, Code::DatabaseUnavailable, None)
            }
        }
    }

    /// Returns the message for the client, which never contains Postgres's.
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
            tracing::error!(%cause, "a request failed because of the database");
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
