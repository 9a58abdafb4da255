//! The rules for the fields of a country, for JSON, forms, queries and paths alike. The OpenAPI document repeats them as patterns
//! (`demo::models`), and Schemathesis checks that both agree.
//!
//! No validation library: the rules also normalize what they accept, and every message names its field.

use demo::models::{CountryChanges, NewCountry};

use crate::body::Fields;
use crate::error::ApiError;

/// The longest name, in characters. The longest official one has 59.
const LONGEST_NAME: usize = 200;

/// Returns an ISO 3166-1 alpha-2 code in capitals.
///
/// # Errors
/// [`ApiError::Invalid`] for what is not two letters from A to Z.
pub fn iso2code(field: &str, text: &str) -> Result<String, ApiError> {
    code::<2>(field, text, "two letters from A to Z, such as GB")
}

/// Returns the code of a parameter of the query, if it is given.
///
/// # Errors
/// [`ApiError::Invalid`] for what [`once`] or [`iso2code`] refuses.
pub fn optional_iso2code(field: &str, given: &[&str]) -> Result<Option<String>, ApiError> {
    once(field, given)?.map(|text| iso2code(field, text)).transpose()
}

/// Returns an ISO 3166-1 alpha-3 code in capitals.
///
/// # Errors
/// [`ApiError::Invalid`] for what is not three letters from A to Z.
pub fn iso3code(field: &str, text: &str) -> Result<String, ApiError> {
    code::<3>(field, text, "three letters from A to Z, such as GBR")
}

fn code<const LENGTH: usize>(field: &str, text: &str, rule: &str) -> Result<String, ApiError> {
    if text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(invalid(field, format!("{field} must be {rule}")))
    }
}

/// Returns a name without the blanks around it.
///
/// # Errors
/// [`ApiError::Invalid`] for one that is empty, too long, or holds control characters.
pub fn name(field: &str, text: &str) -> Result<String, ApiError> {
    let name = text.trim();
    if name.is_empty() {
        Err(invalid(
            field,
            format!("{field} must not be empty; leave it out, or null, if there is none"),
        ))
    } else if text.chars().count() > LONGEST_NAME {
        Err(invalid(
            field,
            format!("{field} may have {LONGEST_NAME} characters at most"),
        ))
    } else if text.chars().any(char::is_control) {
        Err(invalid(field, format!("{field} must not hold control characters")))
    } else {
        Ok(name.to_owned())
    }
}

/// Returns a country to add: `iso2code` is required, the rest may be left out.
///
/// # Errors
/// [`ApiError::Invalid`] names the first field that is wrong, missing or unknown.
pub fn new_country(mut fields: Fields) -> Result<NewCountry, ApiError> {
    let code = fields
        .text("iso2code")?
        .flatten()
        .ok_or_else(|| invalid("iso2code", "iso2code is needed".to_owned()))?;
    let country = NewCountry {
        iso2code: iso2code("iso2code", &code)?,
        iso3code: fields
            .text("iso3code")?
            .flatten()
            .map(|text| iso3code("iso3code", &text))
            .transpose()?,
        name: fields
            .text("name")?
            .flatten()
            .map(|text| name("name", &text))
            .transpose()?,
    };
    fields.finish()?;
    Ok(country)
}

/// Returns changes to a country: a field that is left out stays, one that is `null` is emptied.
///
/// # Errors
/// [`ApiError::Invalid`] names the first field that is wrong or unknown.
pub fn country_changes(mut fields: Fields) -> Result<CountryChanges, ApiError> {
    let changes = CountryChanges {
        iso2code: match fields.text("iso2code")? {
            None => None,
            Some(None) => return Err(invalid("iso2code", "iso2code must not be null".to_owned())),
            Some(Some(text)) => Some(iso2code("iso2code", &text)?),
        },
        iso3code: fields
            .text("iso3code")?
            .map(|value| value.map(|text| iso3code("iso3code", &text)).transpose())
            .transpose()?,
        name: fields
            .text("name")?
            .map(|value| value.map(|text| name("name", &text)).transpose())
            .transpose()?,
    };
    fields.finish()?;
    Ok(changes)
}

/// Returns a page size from 1 to `most`.
///
/// # Errors
/// [`ApiError::Invalid`] for anything else.
pub fn limit(field: &str, text: &str, most: u16) -> Result<u16, ApiError> {
    text.parse()
        .ok()
        .filter(|limit| (1..=most).contains(limit))
        .ok_or_else(|| invalid(field, format!("{field} must be a number from 1 to {most}")))
}

/// Returns a parameter of the query that may be left out, out of all that Rocket found by its name.
///
/// # Errors
/// [`ApiError::Invalid`] if it is given more than once.
pub fn once<'r>(field: &str, given: &[&'r str]) -> Result<Option<&'r str>, ApiError> {
    match given {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(invalid(field, format!("{field} may be given once"))),
    }
}

fn invalid(field: &str, message: String) -> ApiError {
    ApiError::Invalid {
        field: field.to_owned(),
        message,
    }
}
