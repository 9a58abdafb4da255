//! The country endpoints.

use demo::models::{Country, NewCountry};
use rocket::http::Status;
use rocket::response::status::Created;
use rocket::{delete, get, patch, post};
use serde::Serialize;

use crate::body::Body;
use crate::countries;
use crate::database::Db;
use crate::error::ApiError;
use crate::json::Json;
use crate::validate;

/// The countries on a page if nobody says how many.
pub const DEFAULT_LIMIT: u16 = 50;
const LARGEST_LIMIT: u16 = 100;

/// A page of countries in the order of their two-letter codes.
#[derive(Serialize)]
pub struct Listing {
    countries: Vec<Country>,
    /// Where the next page is, or `null` on the last.
    next: Option<String>,
}

/// Lists countries: `limit` at a time, those `after` a code.
#[get("/countries?<after>&<limit>")]
pub async fn list(db: Db<'_>, after: Vec<&str>, limit: Vec<&str>) -> Result<Json<Listing>, ApiError> {
    let after = validate::optional_iso2code("after", &after)?;
    let limit = validate::once("limit", &limit)?
        .map_or(Ok(DEFAULT_LIMIT), |text| validate::limit("limit", text, LARGEST_LIMIT))?;
    let page = countries::page(db, after.as_deref(), limit).await?;
    let next = page.next.map(|code| format!("/countries?after={code}&limit={limit}"));
    Ok(Json(Listing {
        countries: page.countries,
        next,
    }))
}

/// The country with this two-letter code, in capitals or not.
#[get("/country/<code>")]
pub async fn show(db: Db<'_>, code: &str) -> Result<Json<Country>, ApiError> {
    let code = validate::iso2code("code", code)?;
    countries::find(db, &code).await.map(Json)
}

/// Adds the country of the body; without a body the United Kingdom.
#[post("/country", data = "<body>")]
pub async fn create(db: Db<'_>, body: Result<Body, ApiError>) -> Result<Created<Json<Country>>, ApiError> {
    let country = match body?.0 {
        None => NewCountry::united_kingdom(),
        Some(fields) => validate::new_country(fields)?,
    };
    let country = countries::insert(db, &country).await?;
    Ok(Created::new(format!("/country/{}", country.iso2code)).body(Json(country)))
}

/// Changes the fields that the body has: a JSON merge patch.
#[patch("/country/<code>", data = "<body>")]
pub async fn change(db: Db<'_>, code: &str, body: Result<Body, ApiError>) -> Result<Json<Country>, ApiError> {
    let code = validate::iso2code("code", code)?;
    let fields = body?
        .0
        .ok_or_else(|| ApiError::MalformedBody("there is none".to_owned()))?;
    let changes = validate::country_changes(fields)?;
    countries::update(db, &code, &changes).await.map(Json)
}

/// Removes a country.
#[delete("/country/<code>")]
pub async fn remove(db: Db<'_>, code: &str) -> Result<Status, ApiError> {
    let code = validate::iso2code("code", code)?;
    countries::delete(db, &code).await.map(|()| Status::NoContent)
}
