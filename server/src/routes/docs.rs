//! The OpenAPI document, the page to try it on, and what the pages load: all of it is part of the binary.

use rocket::get;
use rocket::http::{ContentType, Header};
use rocket::response::Responder;

use crate::error::ApiError;
use crate::html::Html;

const DOCUMENT: &str = include_str!("../../assets/openapi.json");

/// The OpenAPI document.
#[get("/openapi.json")]
pub fn openapi() -> (ContentType, &'static str) {
    (ContentType::JSON, DOCUMENT)
}

/// The page to try the API on.
#[get("/docs")]
pub fn docs() -> Html {
    include_str!("../../assets/docs.html").to_owned().into()
}

/// A file that pages load.
#[derive(Responder)]
pub struct Asset {
    body: &'static str,
    content_type: ContentType,
    caching: Header<'static>,
}

/// What the pages load.
#[get("/assets/<file>")]
pub fn asset(file: &str) -> Result<Asset, ApiError> {
    let (body, content_type) = match file {
        "style.css" => (include_str!("../../assets/style.css"), ContentType::CSS),
        "docs.js" => (include_str!("../../assets/docs.js"), ContentType::JavaScript),
        "icon.svg" => (include_str!("../../assets/icon.svg"), ContentType::SVG),
        _ => return Err(ApiError::NoSuchFile),
    };
    // Long enough for somebody who looks around, short enough for a new version.
    let caching = Header::new("Cache-Control", "max-age=300");
    Ok(Asset {
        body,
        content_type,
        caching,
    })
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
        let document: Value = serde_json::from_str(super::DOCUMENT).unwrap();
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let documented: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
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
