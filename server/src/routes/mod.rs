//! The routes, one module per subject.

pub mod country;
pub mod docs;
pub mod health;
mod page;
pub mod welcome;

use rocket::{Route, routes};

/// Returns every route but that of the OpenAPI document, which describes them.
pub fn all() -> Vec<Route> {
    routes![
        welcome::welcome,
        welcome::submit,
        country::list,
        country::show,
        country::create,
        country::change,
        country::remove,
        health::healthz,
        health::readyz,
        docs::docs,
        docs::asset,
    ]
}
