//! Reads a request's JSON body into named fields.
//!
//! Not Rocket's `Json<T>`: it reports no field with its error, keeps waiting for a slow client, and cannot tell a field that is
//! left out from one that is `null`, which a merge patch needs.

use std::time::Duration;

use rocket::Request;
use rocket::data::{ByteUnit, Data, FromData, Outcome, ToByteUnit};
use serde_json::{Map, Value};

use crate::error::ApiError;

/// How long a client may take to send a body.
const PATIENCE: Duration = Duration::from_secs(10);

/// The fields of a JSON object.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Takes a field out: `None` if it is left out, `Some(None)` if it is `null`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is anything but text.
    pub fn text(&mut self, field: &str) -> Result<Option<Option<String>>, ApiError> {
        match self.0.remove(field) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) => Ok(Some(Some(text))),
            Some(_) => Err(ApiError::Invalid {
                field: field.to_owned(),
                message: format!("{field} must be text"),
            }),
        }
    }

    /// Checks that no field is left.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] names the first that is.
    pub fn finish(self) -> Result<(), ApiError> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((field, _)) => {
                // The client chose the name: repeat no more of it than a message needs.
                let field: String = field.chars().take(60).collect();
                Err(ApiError::Invalid {
                    message: format!("there is no field {field:?}"),
                    field,
                })
            }
        }
    }
}

/// A body, or none.
pub struct Body(pub Option<Fields>);

#[rocket::async_trait]
impl<'r> FromData<'r> for Body {
    type Error = ApiError;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match read(request, data).await {
            Ok(body) => Outcome::Success(body),
            Err(error) => Outcome::Error((error.facts().0, error)),
        }
    }
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<Body, ApiError> {
    let limit: ByteUnit = request.limits().get("json").unwrap_or_else(|| 16.kibibytes());
    let too_large = || ApiError::TooLarge { limit: limit.as_u64() };
    let announced = request
        .headers()
        .get_one("Content-Length")
        .and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit.as_u64()) {
        return Err(too_large());
    }
    let bytes = tokio::time::timeout(PATIENCE, data.open(limit).into_bytes())
        .await
        .map_err(|_| ApiError::SlowBody)?
        .map_err(|_| ApiError::MalformedBody("it is incomplete".to_owned()))?;
    if !bytes.is_complete() {
        return Err(too_large());
    }
    if bytes.is_empty() {
        return Ok(Body(None));
    }
    let is_json = request.content_type().is_some_and(|kind| {
        kind.is_json() || (kind.top() == "application" && kind.sub().as_str().to_ascii_lowercase().ends_with("+json"))
    });
    if !is_json {
        return Err(ApiError::UnsupportedMediaType);
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(fields)) => Ok(Body(Some(Fields(fields)))),
        Ok(_) => Err(ApiError::MalformedBody("it is another kind of JSON value".to_owned())),
        Err(error) => Err(ApiError::MalformedBody(error.to_string())),
    }
}
