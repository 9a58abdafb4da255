//! The OpenAPI document. Each operation is described at its handler and each body at its type; this module has the title, the
//! list of operations, and the refusals that they share.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{Content, Object, Ref, RefOr, Required, Response, ResponseBuilder, Type};
use utoipa::{IntoResponses, Modify, OpenApi};

use crate::error::Envelope;
use crate::routes::{country, docs, health, welcome};

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
        docs::openapi,
    ),
    components(schemas(Envelope<'_>)),
    modifiers(&Refusals),
)]
struct Api;

/// The document as JSON, built at the first request for it.
pub static DOCUMENT: LazyLock<String> = LazyLock::new(|| Api::openapi().to_json().unwrap_or_default());

/// Every refusal: its name in the document, and its description.
const REFUSALS: [(&str, &str); 10] = [
    ("Malformed", "The body cannot be read."),
    ("NoSuchCountry", "There is no such country."),
    ("SlowBody", "The body did not arrive in time."),
    ("Taken", "Another country has this code, or users live there."),
    ("TooLarge", "The body has more than 16 KiB."),
    ("UnsupportedMediaType", "The body is of a kind that is not read here."),
    (
        "Invalid",
        "A field or parameter has a value that it cannot have; `field` names it.",
    ),
    ("Internal", "The server's fault; it has been logged."),
    ("Unavailable", "The database does not answer at the moment."),
    ("Page", "Refused; the page with the reason beside what was typed."),
];

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

/// Defines groups of refusals for `responses(...)` of an operation.
macro_rules! refusals {
    ($($(#[$comment:meta])* $group:ident: $($status:literal $name:ident),+;)+) => {$(
        $(#[$comment])*
        pub struct $group;

        impl IntoResponses for $group {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                BTreeMap::from([$(($status.to_string(), Ref::from_response_name(stringify!($name)).into())),+])
            }
        }
    )+};
}

refusals! {
    /// The refusals of an operation that needs the database.
    Failed: 500 Internal, 503 Unavailable;
    /// The refusal of an invalid parameter or field.
    Invalid: 422 Invalid;
    /// The refusals of a body.
    WithBody: 400 Malformed, 408 SlowBody, 413 TooLarge, 415 UnsupportedMediaType;
    /// The refusal of a code that no country has.
    NoSuchCountry: 404 NoSuchCountry;
    /// The refusal of a change that another row forbids.
    Taken: 409 Taken;
    /// The refusals of the page's form.
    FormRefused: 409 Page, 422 Page;
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
            .map(|route| {
                let path = route.uri.path().replace('<', "{").replace('>', "}");
                format!("{} {path}", route.method)
            })
            .collect();
        assert_eq!(documented, mounted);
    }
}
