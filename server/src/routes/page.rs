//! The welcome page's HTML. Plain on purpose: no script, no framework, nothing loaded from elsewhere.

use std::fmt::{self, Display, Formatter, Write};

use crate::countries;
use crate::error::ApiError;

/// The page and everything that changes on it.
pub struct Page<'a> {
    /// The countries to show.
    pub list: &'a countries::Page,
    /// The code that these come after, on pages but the first.
    pub after: Option<&'a str>,
    /// The country that has just been added.
    pub added: Option<&'a str>,
    /// What the form is filled with.
    pub entry: Entry<'a>,
    /// Why the form was not taken.
    pub refusal: Option<&'a ApiError>,
}

/// What somebody typed into the form.
#[derive(Default)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub iso2code: &'a str,
    pub iso3code: &'a str,
}

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem}\
table{border-collapse:collapse;width:100%}\
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #8886;overflow-wrap:anywhere}\
label{display:block;margin-top:.8rem}\
input{font:inherit;padding:.4rem;width:100%;box-sizing:border-box}\
button{font:inherit;padding:.5rem 1.2rem;margin-top:1rem}\
[role=status],[role=alert]{padding:.5rem .8rem;border-left:.3rem solid #2a7d46}\
[role=alert]{border-color:#c0392b}\
small{display:block}";

impl Display for Page<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let title = if self.refusal.is_some() {
            "Not added: Countries"
        } else {
            "Countries"
        };
        write!(
            f,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Countries</h1>\n"
        )?;
        if let Some(code) = self.added {
            writeln!(f, "<p role=\"status\">{} has been added.</p>", Escaped(code))?;
        }
        self.table(f)?;
        self.form(f)?;
        f.write_str(
            "<p><small>For programs: <a href=\"/countries\">/countries</a> is this list as JSON.</small></p>\n",
        )?;
        f.write_str("</main>\n</body>\n</html>\n")
    }
}

impl Page<'_> {
    fn table(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.list.countries.is_empty() {
            f.write_str(if self.after.is_some() {
                "<p>No more countries.</p>\n"
            } else {
                "<p>No country yet.</p>\n"
            })?;
        } else {
            f.write_str(
                "<table>\n<thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Three letters</th>\
                 <th scope=\"col\">Name</th></tr></thead>\n<tbody>\n",
            )?;
            for country in &self.list.countries {
                let code = Escaped(&country.iso2code);
                writeln!(
                    f,
                    "<tr><td><a href=\"/country/{code}\">{code}</a></td><td>{}</td><td>{}</td></tr>",
                    Escaped(country.iso3code.as_deref().unwrap_or_default()),
                    Escaped(country.name.as_deref().unwrap_or_default()),
                )?;
            }
            f.write_str("</tbody>\n</table>\n")?;
        }
        if self.after.is_some() {
            f.write_str("<p><a href=\"/\">First page</a></p>\n")?;
        }
        if let Some(code) = &self.list.next {
            writeln!(f, "<p><a href=\"/?after={}\">More countries</a></p>", Escaped(code))?;
        }
        Ok(())
    }

    fn form(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<h2 id=\"add\">Add a country</h2>\n")?;
        let wrong = self.refusal.and_then(|refusal| refusal.facts().2);
        if let Some(refusal) = self.refusal {
            writeln!(
                f,
                "<p role=\"alert\" id=\"refusal\">Not added: {}.</p>",
                Escaped(&refusal.message())
            )?;
        }
        f.write_str("<form method=\"post\" action=\"/\" aria-labelledby=\"add\">\n")?;
        let fields = [
            (
                "iso2code",
                "Two-letter code",
                self.entry.iso2code,
                " required maxlength=\"2\" pattern=\"[A-Za-z]{2}\"",
            ),
            (
                "iso3code",
                "Three-letter code (may be empty)",
                self.entry.iso3code,
                " maxlength=\"3\" pattern=\"[A-Za-z]{3}\"",
            ),
            ("name", "Name (may be empty)", self.entry.name, " maxlength=\"200\""),
        ];
        for (field, label, value, rules) in fields {
            // The first thing to do after a refusal is to mend the field that it names.
            let marks = if wrong == Some(field) {
                " aria-invalid=\"true\" aria-describedby=\"refusal\" autofocus"
            } else {
                ""
            };
            writeln!(
                f,
                "<label for=\"{field}\">{label}</label>\n<input id=\"{field}\" name=\"{field}\" value=\"{}\" \
                 autocomplete=\"off\"{rules}{marks}>",
                Escaped(value)
            )?;
        }
        f.write_str("<button>Add</button>\n</form>\n")
    }
}

/// Text that cannot become markup, in an element or in a quoted attribute.
struct Escaped<'a>(&'a str);

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
