//! The frame of every page, its security headers, escaped text, and whether a request asks for a page at all.
//!
//! Three small pages are written with `std::fmt`: escaping is one type, and a template language would be larger than what it
//! replaces.

use std::fmt::{self, Display, Formatter, Write};

use rocket::Request;
use rocket::http::{ContentType, Header, MediaType};
use rocket::response::Responder;

/// Everything is loaded from this server, and no page contains scripts or styles. `data:` is for the icons in the style sheet
/// of Swagger UI, and for images alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page.
#[derive(Responder)]
pub struct Html {
    body: String,
    content_type: ContentType,
    policy: Header<'static>,
    referrer: Header<'static>,
    vary: Header<'static>,
}

impl From<String> for Html {
    fn from(body: String) -> Self {
        Self {
            body,
            content_type: ContentType::HTML,
            policy: Header::new("Content-Security-Policy", POLICY),
            referrer: Header::new("Referrer-Policy", "no-referrer"),
            vary: Header::new("Vary", "Accept"),
        }
    }
}

/// Returns whether the request accepts HTML by name and prefers it to JSON: `*/*` alone is a program.
pub fn is_wanted(request: &Request<'_>) -> bool {
    let Some(accept) = request.accept() else { return false };
    let weight = |wanted: fn(&MediaType) -> bool| {
        accept
            .iter()
            .filter(|kind| wanted(kind.media_type()))
            .map(|kind| kind.weight_or(1.0))
            .fold(0.0, f32::max)
    };
    let html = weight(MediaType::is_html);
    html > 0.0 && html >= weight(MediaType::is_json)
}

/// Writes a page around what `content` writes into its `main`, with a style sheet from `assets/`.
///
/// # Errors
/// Those of the formatter.
pub fn frame(
    f: &mut Formatter<'_>,
    title: &str,
    style: &str,
    content: impl FnOnce(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    write!(
        f,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"/assets/{style}\">\n\
         <link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">\n</head>\n<body>\n\
         <nav aria-label=\"Site\"><a href=\"/\">Countries</a><a href=\"/docs\">Try the API</a></nav>\n<main>\n",
        Escaped(title)
    )?;
    content(f)?;
    f.write_str("</main>\n</body>\n</html>\n")
}

/// The page that explains why a request was refused.
pub struct Refused<'a> {
    /// The name of the status.
    pub reason: &'a str,
    /// For people.
    pub message: &'a str,
}

impl Display for Refused<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        frame(f, self.reason, "style.css", |f| {
            let mut words = self.message.chars();
            let first = words.next().map(char::to_uppercase).into_iter().flatten();
            let sentence: String = first.chain(words).collect();
            writeln!(
                f,
                "<h1>{}</h1>\n<p role=\"alert\">{}.</p>",
                Escaped(self.reason),
                Escaped(&sentence)
            )?;
            f.write_str("<p><a href=\"/\">All countries</a></p>\n")
        })
    }
}

/// The page of Swagger UI, which adds its own content.
pub struct Docs;

impl Display for Docs {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        frame(f, "Try the API", "docs.css", |f| {
            f.write_str(
                "<noscript><p role=\"alert\">This page needs JavaScript; <a href=\"/openapi.json\">/openapi.json</a> \
                 has the same without.</p></noscript>\n<div id=\"swagger-ui\"></div>\n",
            )?;
            for script in ["swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "docs.js"] {
                writeln!(f, "<script src=\"/assets/{script}\" defer></script>")?;
            }
            Ok(())
        })
    }
}

/// Text that cannot become markup, in an element or in a quoted attribute.
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
