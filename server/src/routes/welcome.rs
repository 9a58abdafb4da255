//! `/`: for a browser a page with the countries and a form to add one, for programs the routes as JSON.

use std::convert::Infallible;

use demo::models::NewCountry;
use rocket::form::{Form, FromForm};
use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{Redirect, Responder};
use rocket::serde::json::{Json, Value, json};
use rocket::{get, post};

use super::country::DEFAULT_LIMIT;
use super::page::{Entry, Page};
use crate::countries;
use crate::database::Db;
use crate::error::ApiError;
use crate::html::{self, Html};
use crate::validate;

/// The two faces of `/`.
#[derive(Responder)]
pub enum Welcome {
    Html(Box<Html>),
    Json(Json<Value>, Header<'static>),
}

/// What became of a form.
#[derive(Responder)]
pub enum Submitted {
    Added(Redirect),
    Refused((Status, Html)),
}

/// Welcomes whoever comes.
#[get("/?<after>&<added>")]
pub async fn welcome(db: Db<'_>, face: Face, after: Vec<&str>, added: Vec<&str>) -> Result<Welcome, ApiError> {
    let after = validate::optional_iso2code("after", &after)?;
    let added = validate::optional_iso2code("added", &added)?;
    if let Face::Directory(routes) = face {
        return Ok(Welcome::Json(Json(routes), Header::new("Vary", "Accept")));
    }
    let page = countries::page(db, after.as_deref(), DEFAULT_LIMIT).await?;
    let page = Page {
        list: &page,
        after: after.as_deref(),
        added: added.as_deref(),
        entry: Entry::default(),
        refusal: None,
    };
    Ok(Welcome::Html(Box::new(page.to_string().into())))
}

/// The fields of the form. An empty one is one that was left out.
#[derive(FromForm)]
pub struct Submission<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "")]
    iso2code: &'r str,
    #[field(default = "")]
    iso3code: &'r str,
}

impl Submission<'_> {
    fn check(&self) -> Result<NewCountry, ApiError> {
        let given = |text: &'_ str| (!text.trim().is_empty()).then(|| text.to_owned());
        Ok(NewCountry {
            iso2code: validate::iso2code("iso2code", self.iso2code.trim())?,
            iso3code: given(self.iso3code)
                .map(|text| validate::iso3code("iso3code", text.trim()))
                .transpose()?,
            name: given(self.name).map(|text| validate::name("name", &text)).transpose()?,
        })
    }
}

/// Adds the country of the page's form and shows the page again.
#[post("/", data = "<form>")]
pub async fn submit(db: Db<'_>, form: Form<Submission<'_>>) -> Result<Submitted, ApiError> {
    let added = match form.check() {
        Ok(country) => countries::insert(db, &country).await,
        Err(error) => Err(error),
    };
    let refusal = match added {
        // Seen by GET, so that reloading the page adds nothing.
        Ok(country) => {
            return Ok(Submitted::Added(Redirect::to(format!("/?added={}", country.iso2code))));
        }
        Err(error @ (ApiError::Invalid { .. } | ApiError::CountryExists { .. })) => error,
        Err(error) => return Err(error),
    };
    let list = countries::page(db, None, DEFAULT_LIMIT).await?;
    let entry = Entry {
        name: form.name,
        iso2code: form.iso2code,
        iso3code: form.iso3code,
    };
    let page = Page {
        list: &list,
        after: None,
        added: None,
        entry,
        refusal: Some(&refusal),
    };
    Ok(Submitted::Refused((refusal.facts().0, page.to_string().into())))
}

/// What `/` is to whoever asks.
pub enum Face {
    /// For a browser.
    Page,
    /// The routes as they are mounted, so that the list is never out of date.
    Directory(Value),
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Face {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        if html::is_wanted(request) {
            return Outcome::Success(Self::Page);
        }
        let mut routes: Vec<(String, &str)> = request
            .rocket()
            .routes()
            .map(|route| (route.uri.to_string(), route.method.as_str()))
            .collect();
        routes.sort();
        let routes: Vec<Value> = routes
            .into_iter()
            .map(|(path, method)| json!({ "method": method, "path": path }))
            .collect();
        Outcome::Success(Self::Directory(
            json!({ "message": "Welcome to the country server", "routes": routes }),
        ))
    }
}
