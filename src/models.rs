//! The rows of [`crate::schema`] as Rust values. What is done with them is the server's business.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;
use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::{countries, users};

/// A country with its ISO 3166-1 codes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Serialize, ToSchema)]
#[diesel(table_name = countries, check_for_backend(Pg))]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "id": 1, "name": "United Kingdom", "iso2code": "GB", "iso3code": "GBR" })))]
pub struct Country {
    /// Numbered by the database.
    pub id: i32,
    /// The short name in English.
    #[schema(required, max_length = 200)]
    pub name: Option<String>,
    /// The two-letter code in capitals. No two countries share one.
    #[schema(pattern = "^[A-Z]{2}$")]
    pub iso2code: String,
    /// The three-letter code in capitals.
    #[schema(required, pattern = "^[A-Z]{3}$")]
    pub iso3code: Option<String>,
}

/// A country that the database has not numbered yet.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, ToSchema)]
#[diesel(table_name = countries, check_for_backend(Pg))]
#[serde(deny_unknown_fields)]
pub struct NewCountry {
    /// The short name in English. No control characters, not only blanks; blanks around it are taken off.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub name: Option<String>,
    /// The two-letter code.
    #[schema(pattern = "^[A-Za-z]{2}$")]
    pub iso2code: String,
    /// The three-letter code.
    #[schema(pattern = "^[A-Za-z]{3}$")]
    pub iso3code: Option<String>,
}

impl NewCountry {
    /// The country that is added when nobody says which.
    #[must_use]
    pub fn united_kingdom() -> Self {
        Self {
            name: Some("United Kingdom".to_owned()),
            iso2code: "GB".to_owned(),
            iso3code: Some("GBR".to_owned()),
        }
    }
}

/// Changes to a country: a field that is left out (`None`) stays as it is, one that is `null` (`Some(None)`) is emptied.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsChangeset, ToSchema)]
#[diesel(table_name = countries, check_for_backend(Pg))]
#[serde(deny_unknown_fields)]
pub struct CountryChanges {
    /// The short name in English.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$")]
    pub name: Option<Option<String>>,
    /// The two-letter code.
    #[schema(nullable = false, pattern = "^[A-Za-z]{2}$")]
    pub iso2code: Option<String>,
    /// The three-letter code.
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{3}$")]
    pub iso3code: Option<Option<String>>,
}

impl CountryChanges {
    /// Whether every column is kept: Diesel refuses to write an `UPDATE` for that.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a user may do. Each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, DbEnum, Serialize)]
#[db_enum(existing_type_path = "crate::schema::sql_types::UserRole")]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Member,
    /// Reads and writes.
    Editor,
    /// Reads, writes, and says who else may.
    Admin,
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Associations, Serialize)]
#[diesel(table_name = users, belongs_to(Country), check_for_backend(Pg))]
pub struct User {
    /// Numbered by the database.
    pub id: i32,
    /// What to call them.
    pub name: Option<String>,
    /// No two users share one.
    pub email: String,
    /// Set by the database when the row is written.
    pub created_at: DateTime<Utc>,
    /// Where they live.
    pub country_id: Option<i32>,
    /// What they may do.
    pub role: Role,
}
