//! What the server answers to: one module per subject.

mod country;
mod docs;
mod health;
mod page;
mod welcome;

use rocket::{Route, routes};

/// Every route.
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
        docs::openapi,
        docs::docs,
        docs::asset,
    ]
}
