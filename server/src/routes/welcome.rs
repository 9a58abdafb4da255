//! `/`: for a browser a page with the countries and a form to add one, for programs the routes as JSON.

use std::convert::Infallible;

use demo::models::NewCountry;
use rocket::form::{Form, FromForm};
use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{Redirect, Responder};
use rocket::{get, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::country::DEFAULT_LIMIT;
use super::page::{Entry, Page};
use crate::countries;
use crate::database::Db;
use crate::error::ApiError;
use crate::html::{self, Html};
use crate::json::Json;
use crate::refusals::{Failed, FormRefused, Invalid, WithBody};
use crate::validate;

/// The two responses of `/`.
#[derive(Responder)]
pub enum Welcome {
    Html(Box<Html>),
    Json(Json<Directory>, Header<'static>),
}

/// The responses to the form.
#[derive(Responder)]
pub enum Submitted {
    Added(Redirect),
    Refused((Status, Html)),
}

/// The routes of the server, for programs.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    message: &'static str,
    #[schema(inline)]
    routes: Vec<MountedRoute>,
}

/// A route as it is mounted.
#[derive(Serialize, ToSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct MountedRoute {
    path: String,
    method: &'static str,
}

/// Welcome
///
/// For a browser the page with the countries and a form to add one; for programs the routes as JSON.
#[utoipa::path(
    tag = "browser",
    params(
        ("after" = Option<String>, Query, description = "Only countries whose code comes after this one.", pattern = "^[A-Za-z]{2}$"),
        ("added" = Option<String>, Query, description = "The code of a country; the page confirms that it has been added.", pattern = "^[A-Za-z]{2}$"),
    ),
    responses(
        (status = 200, description = "Welcome.", content((Directory = "application/json"), (String = "text/html"))),
        Invalid, Failed,
    ),
)]
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
#[derive(FromForm, ToSchema)]
#[schema(as = Form)]
pub struct Submission<'r> {
    #[field(default = "")]
    #[schema(required = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: &'r str,
    #[field(default = "")]
    #[schema(pattern = "^[A-Za-z]{2}$")]
    iso2code: &'r str,
    #[field(default = "")]
    #[schema(required = false, pattern = "^([A-Za-z]{3})?$")]
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

/// Add a country by the page's form
///
/// For browsers. Blanks around a code do not count, and an empty field is one that was left out.
#[utoipa::path(
    operation_id = "submitForm",
    tag = "browser",
    request_body(content((Submission = "application/x-www-form-urlencoded"))),
    responses(
        (
            status = 303,
            description = "Added; the page that confirms it is at `Location`.",
            headers(("Location" = String, description = "Where the page is.")),
        ),
        WithBody,
        Invalid, Failed,
        FormRefused,
    ),
)]
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

/// The response of `/` that the request asks for.
pub enum Face {
    /// For a browser.
    Page,
    /// The routes as they are mounted, so that the list is never out of date.
    Directory(Directory),
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Face {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        if html::is_wanted(request) {
            return Outcome::Success(Self::Page);
        }
        let mounted = request.rocket().routes().map(|route| MountedRoute {
            path: route.uri.to_string(),
            method: route.method.as_str(),
        });
        let mut routes: Vec<MountedRoute> = mounted.collect();
        routes.sort();
        Outcome::Success(Self::Directory(Directory {
            message: "Welcome to the country server",
            routes,
        }))
    }
}
