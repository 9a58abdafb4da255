//! A response in JSON.

use std::io::Cursor;

use rocket::Request;
use rocket::http::{ContentType, Status};
use rocket::response::{Responder, Response};
use serde::Serialize;

/// A value that is sent as JSON. Rocket's own type merges three responses and sends pieces of 4 KiB; this one builds one
/// response and sends it whole.
pub struct Json<T>(pub T);

impl<'r, T: Serialize> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        let text = serde_json::to_vec(&self.0).map_err(|error| {
            tracing::error!(%error, "a response cannot be written as JSON");
            Status::InternalServerError
        })?;
        let mut response = Response::new();
        response.set_header(ContentType::JSON);
        let size = text.len();
        response.set_sized_body(size, Cursor::new(text));
        // One more than the size, so that the end is found without another piece.
        response.set_max_chunk_size(size + 1);
        Ok(response)
    }
}
