//! What every page for browsers has: the frame, the headers that keep it from doing more than it should, text that
//! cannot become markup, and the question whether a browser is asking at all.

use std::fmt::{self, Display, Formatter, Write};

use rocket::Request;
use rocket::http::{ContentType, Header, MediaType};
use rocket::response::Responder;

/// Everything comes from this server, and nothing is written into a page that would have to be allowed one by one.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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

/// Whether HTML is asked for by name, and before JSON: `*/*` alone is a program.
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

/// Writes a page around what `content` writes into its `main`.
///
/// # Errors
/// Those of the formatter.
pub fn frame(
    f: &mut Formatter<'_>,
    title: &str,
    content: impl FnOnce(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    write!(
        f,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"/assets/style.css\">\n\
         <link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">\n</head>\n<body>\n\
         <nav aria-label=\"Site\"><a href=\"/\">Countries</a><a href=\"/docs\">Try the API</a></nav>\n<main>\n",
        Escaped(title)
    )?;
    content(f)?;
    f.write_str("</main>\n</body>\n</html>\n")
}

/// Why a request was refused, as a page.
pub struct Refused<'a> {
    /// What the status is called.
    pub reason: &'a str,
    /// For people.
    pub message: &'a str,
}

impl Display for Refused<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        frame(f, self.reason, |f| {
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
