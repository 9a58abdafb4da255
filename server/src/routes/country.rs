//! The country endpoints.

use demo::models::{Country, CountryChanges, NewCountry};
use rocket::http::Status;
use rocket::response::status::Created;
use rocket::{delete, get, patch, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::Body;
use crate::countries;
use crate::database::Db;
use crate::error::ApiError;
use crate::json::Json;
use crate::refusals::{Failed, Invalid, NoSuchCountry, Taken, WithBody};
use crate::validate;

/// The countries on a page unless the query asks for another number.
pub const DEFAULT_LIMIT: u16 = 50;
const LARGEST_LIMIT: u16 = 100;

/// A page of countries in the order of their two-letter codes.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    #[schema(max_items = 100)]
    countries: Vec<Country>,
    /// Where the next page is, or `null` on the last.
    #[schema(required, pattern = r"^/countries\?after=[A-Z]{2}&limit=[0-9]{1,3}$")]
    next: Option<String>,
}

/// List countries
///
/// In the order of their two-letter codes. `next` is where the next page is; every page costs the same.
#[utoipa::path(
    operation_id = "listCountries",
    tag = "countries",
    params(
        ("after" = Option<String>, Query, description = "Only countries whose code comes after this one.", pattern = "^[A-Za-z]{2}$"),
        ("limit" = Option<u16>, Query, description = "How many to list; 50 if left out.", minimum = 1, maximum = 100),
    ),
    responses((status = 200, description = "A page of countries.", body = Listing), Invalid, Failed),
)]
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

/// Show a country
#[utoipa::path(
    operation_id = "showCountry",
    tag = "countries",
    params(("code" = String, Path, description = "The two-letter code, in capitals or not.", pattern = "^[A-Za-z]{2}$", example = "GB")),
    responses((status = 200, description = "The country.", body = Country), NoSuchCountry, Invalid, Failed),
)]
#[get("/country/<code>")]
pub async fn show(db: Db<'_>, code: &str) -> Result<Json<Country>, ApiError> {
    let code = validate::iso2code("code", code)?;
    countries::find(db, &code).await.map(Json)
}

/// Add a country
///
/// Without a body: the United Kingdom.
#[utoipa::path(
    operation_id = "addCountry",
    tag = "countries",
    request_body(
        content((NewCountry = "application/json", example = json!({ "iso2code": "FR", "iso3code": "FRA", "name": "France" }))),
    ),
    responses(
        (
            status = 201,
            description = "Added.",
            body = Country,
            headers(("Location" = String, description = "Where it is.")),
            links(
                ("show" = (operation_id = "showCountry", parameters(("code" = "$response.body#/iso2code")))),
                ("change" = (operation_id = "changeCountry", parameters(("code" = "$response.body#/iso2code")))),
                ("remove" = (operation_id = "removeCountry", parameters(("code" = "$response.body#/iso2code")))),
            ),
        ),
        Taken,
        WithBody,
        Invalid, Failed,
    ),
)]
#[post("/country", data = "<body>")]
pub async fn create(db: Db<'_>, body: Result<Body, ApiError>) -> Result<Created<Json<Country>>, ApiError> {
    let country = match body?.0 {
        None => NewCountry::united_kingdom(),
        Some(fields) => validate::new_country(fields)?,
    };
    let country = countries::insert(db, &country).await?;
    Ok(Created::new(format!("/country/{}", country.iso2code)).body(Json(country)))
}

/// Change a country
///
/// A JSON merge patch (RFC 7396): what is left out stays, what is `null` is emptied.
#[utoipa::path(
    operation_id = "changeCountry",
    tag = "countries",
    params(("code" = String, Path, description = "The two-letter code, in capitals or not.", pattern = "^[A-Za-z]{2}$", example = "GB")),
    request_body(
        content(
            (CountryChanges = "application/json", example = json!({ "name": "United Kingdom" })),
            (CountryChanges = "application/merge-patch+json"),
        ),
    ),
    responses((status = 200, description = "The country.", body = Country), NoSuchCountry, Taken, WithBody, Invalid, Failed),
)]
#[patch("/country/<code>", data = "<body>")]
pub async fn change(db: Db<'_>, code: &str, body: Result<Body, ApiError>) -> Result<Json<Country>, ApiError> {
    let code = validate::iso2code("code", code)?;
    let fields = body?
        .0
        .ok_or_else(|| ApiError::MalformedBody("there is none".to_owned()))?;
    let changes = validate::country_changes(fields)?;
    countries::update(db, &code, &changes).await.map(Json)
}

/// Remove a country
///
/// Refused while users live there.
#[utoipa::path(
    operation_id = "removeCountry",
    tag = "countries",
    params(("code" = String, Path, description = "The two-letter code, in capitals or not.", pattern = "^[A-Za-z]{2}$", example = "GB")),
    responses((status = 204, description = "Removed."), NoSuchCountry, Taken, Invalid, Failed),
)]
#[delete("/country/<code>")]
pub async fn remove(db: Db<'_>, code: &str) -> Result<Status, ApiError> {
    let code = validate::iso2code("code", code)?;
    countries::delete(db, &code).await.map(|()| Status::NoContent)
}
