//! The HTML of the welcome page, which needs no script.

use std::fmt::{self, Display, Formatter};

use crate::countries;
use crate::error::ApiError;
use crate::html::{Escaped, frame};

/// The page and its data.
pub struct Page<'a> {
    /// The countries to show.
    pub list: &'a countries::Page,
    /// The code after which the list begins, except on the first page.
    pub after: Option<&'a str>,
    /// The country that has just been added.
    pub added: Option<&'a str>,
    /// What the form is filled with.
    pub entry: Entry<'a>,
    /// Why the form was refused.
    pub refusal: Option<&'a ApiError>,
}

/// The values of the form.
#[derive(Default)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub iso2code: &'a str,
    pub iso3code: &'a str,
}

impl Display for Page<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let title = if self.refusal.is_some() {
            "Not added: Countries"
        } else {
            "Countries"
        };
        frame(f, title, "style.css", |f| {
            f.write_str("<h1>Countries</h1>\n")?;
            if let Some(code) = self.added {
                // Screen readers do not announce a region that exists when the page loads, so it takes the focus.
                writeln!(
                    f,
                    "<p role=\"status\" tabindex=\"-1\" autofocus>{} has been added.</p>",
                    Escaped(code)
                )?;
            }
            // The list may be long, for keyboards and screen readers.
            f.write_str("<p><a href=\"#add\">Add a country</a></p>\n")?;
            self.table(f)?;
            self.form(f)?;
            f.write_str("<p>For programs: <a href=\"/countries\">/countries</a> is this list as JSON.</p>\n")
        })
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
                "<table aria-label=\"Countries, in the order of their codes\">\n<thead><tr><th scope=\"col\" class=\"code\">Code</th><th scope=\"col\">Name</th>\
                 <th scope=\"col\" class=\"code\">Three letters</th></tr></thead>\n<tbody>\n",
            )?;
            for country in &self.list.countries {
                let code = Escaped(&country.iso2code);
                writeln!(
                    f,
                    "<tr><td class=\"code\"><a href=\"/country/{code}\">{code}</a></td><td>{}</td>\
                     <td class=\"code\">{}</td></tr>",
                    Escaped(country.name.as_deref().unwrap_or_default()),
                    Escaped(country.iso3code.as_deref().unwrap_or_default()),
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
            // The field to correct after a refusal is the one that it names.
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
