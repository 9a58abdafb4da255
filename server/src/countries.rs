//! The queries on countries, and what their failures mean.

use demo::models::{Country, CountryChanges, NewCountry};
use demo::schema::countries;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel_async::RunQueryDsl;

use crate::database::Db;
use crate::error::{ApiError, violated};
use crate::pool::DatabaseError;

/// Returns the country with this code.
///
/// # Errors
/// [`ApiError::NoSuchCountry`].
pub async fn find(db: Db<'_>, code: &str) -> Result<Country, ApiError> {
    let found = match db.lookup() {
        Some(lookup) => lookup.find(code.to_owned()).await?,
        None => find_alone(db, code).await?,
    };
    found.ok_or_else(|| ApiError::NoSuchCountry { code: code.to_owned() })
}

/// Returns the country with this code, by a separate statement for this request.
async fn find_alone(db: Db<'_>, code: &str) -> Result<Option<Country>, DatabaseError> {
    let query = countries::table
        .filter(countries::iso2code.eq(code))
        .select(Country::as_select());
    db.lease()
        .await?
        .run(async |connection| query.first(connection).await)
        .await
        .optional()
}

/// Some countries in the order of their codes, and whether there are more of them.
pub struct Page {
    /// As many as were asked for, or fewer at the end.
    pub countries: Vec<Country>,
    /// The code after which the next page begins, if there is one.
    pub next: Option<String>,
}

/// Returns at most `limit` countries, the first ones or those after a code. Every page costs the same.
///
/// # Errors
/// [`ApiError::Database`].
pub async fn page(db: Db<'_>, after: Option<&str>, limit: u16) -> Result<Page, ApiError> {
    let mut query = countries::table
        .select(Country::as_select())
        .order(countries::iso2code)
        // One more than asked for, to know whether there is one.
        .limit(i64::from(limit) + 1)
        .into_boxed();
    if let Some(code) = after {
        query = query.filter(countries::iso2code.gt(code));
    }
    let mut found: Vec<Country> = db
        .lease()
        .await?
        .run(async |connection| query.load(connection).await)
        .await?;
    let more = found.len() > usize::from(limit);
    found.truncate(usize::from(limit));
    let next = found.last().filter(|_| more).map(|country| country.iso2code.clone());
    Ok(Page { countries: found, next })
}

/// Adds a country.
///
/// # Errors
/// [`ApiError::CountryExists`], also when another request adds it at the same time: the unique key decides.
pub async fn insert(db: Db<'_>, country: &NewCountry) -> Result<Country, ApiError> {
    let statement = diesel::insert_into(countries::table)
        .values(country)
        .returning(Country::as_returning());
    let added = db
        .lease()
        .await?
        .run(async |connection| statement.get_result(connection).await)
        .await;
    added.map_err(|error| explain(error, &country.iso2code))
}

/// Changes a country.
///
/// # Errors
/// [`ApiError::NoSuchCountry`]; [`ApiError::CountryExists`] when the new code is taken.
pub async fn update(db: Db<'_>, code: &str, changes: &CountryChanges) -> Result<Country, ApiError> {
    if changes.is_empty() {
        return find(db, code).await;
    }
    let statement = diesel::update(countries::table.filter(countries::iso2code.eq(code)))
        .set(changes)
        .returning(Country::as_returning());
    let changed = db
        .lease()
        .await?
        .run(async |connection| statement.get_result(connection).await)
        .await
        .optional();
    let wanted = changes.iso2code.as_deref().unwrap_or(code);
    changed
        .map_err(|error| explain(error, wanted))?
        .ok_or_else(|| ApiError::NoSuchCountry { code: code.to_owned() })
}

/// Removes a country.
///
/// # Errors
/// [`ApiError::NoSuchCountry`]; [`ApiError::CountryInUse`] while users live there.
pub async fn delete(db: Db<'_>, code: &str) -> Result<(), ApiError> {
    let statement = diesel::delete(countries::table.filter(countries::iso2code.eq(code)));
    let removed = db
        .lease()
        .await?
        .run(async |connection| statement.execute(connection).await)
        .await;
    match removed.map_err(|error| explain(error, code))? {
        0 => Err(ApiError::NoSuchCountry { code: code.to_owned() }),
        _ => Ok(()),
    }
}

/// Checks that the database answers.
///
/// # Errors
/// [`ApiError::Database`].
pub async fn reachable(db: Db<'_>) -> Result<(), ApiError> {
    let query = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"));
    let _: i32 = db
        .lease()
        .await?
        .run(async |connection| query.get_result(connection).await)
        .await?;
    Ok(())
}

/// Translates violated constraints of the table for a client.
fn explain(error: DatabaseError, code: &str) -> ApiError {
    let code = code.to_owned();
    match violated(&error) {
        Some((DatabaseErrorKind::UniqueViolation, "countries_iso2code_key")) => ApiError::CountryExists { code },
        Some((DatabaseErrorKind::ForeignKeyViolation, _)) => ApiError::CountryInUse { code },
        _ => ApiError::Database(error),
    }
}

/// Turns "no such row" into `None`, as Diesel's own `optional` does.
trait Optional<T> {
    fn optional(self) -> Result<Option<T>, DatabaseError>;
}

impl<T> Optional<T> for Result<T, DatabaseError> {
    fn optional(self) -> Result<Option<T>, DatabaseError> {
        match self {
            Ok(row) => Ok(Some(row)),
            Err(DatabaseError::Query(error)) if *error == diesel::result::Error::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
