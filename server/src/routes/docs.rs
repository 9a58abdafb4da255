//! The page to try the API on, and the files that pages load, all from the binary.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use rocket::http::ContentType;
use rocket::response::{self, Responder};
use rocket::{Request, get};
use utoipa_swagger_ui::Config;

use crate::error::ApiError;
use crate::html::{self, Html};

/// Shows the page to try the API on.
#[get("/docs")]
pub fn docs() -> Html {
    html::Docs.to_string().into()
}

/// A file that pages load.
pub struct Asset {
    body: Cow<'static, [u8]>,
    content_type: ContentType,
    is_compressed: bool,
}

impl<'r> Responder<'r, 'static> for Asset {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = (self.content_type, self.body).respond_to(request)?;
        // Long enough for a visit, short enough for a new version.
        response.set_raw_header("Cache-Control", "max-age=300");
        if self.is_compressed {
            response.set_raw_header("Content-Encoding", "gzip");
        }
        Ok(response)
    }
}

/// Sends a file that pages load: one of the server's, or one of Swagger UI.
#[get("/assets/<file>")]
pub fn asset(file: &str) -> Result<Asset, ApiError> {
    let (body, content_type): (&[u8], _) = match file {
        "style.css" => (include_bytes!("../../assets/style.css"), ContentType::CSS),
        "docs.css" => (include_bytes!("../../assets/docs.css"), ContentType::CSS),
        "icon.svg" => (include_bytes!("../../assets/icon.svg"), ContentType::SVG),
        _ => return swagger_ui(file).ok_or(ApiError::NoSuchFile),
    };
    Ok(Asset {
        body: body.into(),
        content_type,
        is_compressed: false,
    })
}

/// Returns a file of Swagger UI, or `docs.js`, which starts it on the page.
fn swagger_ui(file: &str) -> Option<Asset> {
    static CONFIG: LazyLock<Arc<Config<'_>>> = LazyLock::new(|| {
        let config = Config::from("/openapi.json").use_base_layout().deep_linking(true);
        Arc::new(config.try_it_out_enabled(true).display_request_duration(true))
    });
    let file = if file == "docs.js" {
        "swagger-initializer.js"
    } else {
        file
    };
    let found = utoipa_swagger_ui::serve(file, Arc::clone(&CONFIG)).ok()??;
    Some(Asset {
        body: found.bytes,
        content_type: ContentType::parse_flexible(&found.content_type)?,
        is_compressed: found.gzpipped,
    })
}
