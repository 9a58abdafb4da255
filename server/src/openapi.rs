//! The OpenAPI document and its route. Each operation is described at its handler and each body at its type; this module has the
//! title and the list of operations.

use std::sync::LazyLock;

use rocket::http::ContentType;
use rocket::{Route, get, routes};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{Content, Object, Ref, RefOr, Required, ResponseBuilder, Type};
use utoipa::{Modify, OpenApi};

use crate::error::Envelope;
use crate::refusals::REFUSALS;
use crate::routes::{country, health, welcome};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "The country server",
        description = "Countries with their ISO 3166-1 codes. Every error has one shape. A client that asks for `text/html` \
                       before JSON gets the same words as a page.",
        license(name = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "countries", description = "The records."),
        (name = "browser", description = "The page and its form."),
        (name = "health", description = "For containers and load balancers."),
    ),
    paths(
        country::list,
        country::show,
        country::create,
        country::change,
        country::remove,
        welcome::welcome,
        welcome::submit,
        health::healthz,
        health::readyz,
        openapi,
    ),
    components(schemas(Envelope<'_>)),
    modifiers(&Refusals),
)]
struct Api;

/// The document as JSON, built at the first request for it.
pub static DOCUMENT: LazyLock<String> = LazyLock::new(|| Api::openapi().to_json().unwrap_or_default());

/// This document
///
/// As a page to try things out on: `/docs`.
#[utoipa::path(tag = "health", responses((status = 200, description = "OpenAPI 3.1.", body = Object)))]
#[get("/openapi.json")]
fn openapi() -> (ContentType, &'static str) {
    (ContentType::JSON, &DOCUMENT)
}

/// Returns the route of the document.
pub(crate) fn routes() -> Vec<Route> {
    routes![openapi]
}

/// Adds the refusals to the document's components.
struct Refusals;

impl Modify for Refusals {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        // `utoipa::path` has no option for a body that is optional but not nullable.
        let create = document
            .paths
            .paths
            .get_mut("/country")
            .and_then(|path| path.post.as_mut());
        if let Some(RefOr::T(body)) = create.and_then(|operation| operation.request_body.as_mut()) {
            body.required = Some(Required::False);
        }
        let components = document.components.get_or_insert_default();
        for (name, description) in REFUSALS {
            let mut refusal = ResponseBuilder::new().description(description);
            if name != "Page" {
                refusal = refusal.content("application/json", Content::new(Some(Ref::from_schema_name("Error"))));
            }
            if name == "Unavailable" {
                let seconds = HeaderBuilder::new().schema(Some(Object::with_type(Type::Integer)));
                refusal = refusal.header("Retry-After", seconds.description(Some("In seconds.")).build());
            }
            let page = Content::new(Some(Object::with_type(Type::String)));
            let refusal = refusal.content("text/html", page).build();
            components.responses.insert(name.to_owned(), refusal.into());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    /// For browsers alone, and of no interest to a program.
    const UNDOCUMENTED: [&str; 2] = ["GET /docs", "GET /assets/{file}"];

    #[test]
    fn every_route_is_in_the_document_and_nothing_else() {
        let document: Value = serde_json::from_str(&super::DOCUMENT).unwrap();
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let documented: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods.map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .chain(UNDOCUMENTED.map(str::to_owned))
            .collect();
        let mounted: BTreeSet<String> = crate::routes::all()
            .iter()
            .chain(&super::routes())
            .map(|route| {
                let path = route.uri.path().replace('<', "{").replace('>', "}");
                format!("{} {path}", route.method)
            })
            .collect();
        assert_eq!(documented, mounted);
    }
}
