//! The refusals that operations share in the OpenAPI document, and their groups for `responses(...)`.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{Ref, RefOr, Response};

/// Every refusal: its name in the document, and its description.
pub const REFUSALS: [(&str, &str); 10] = [
    ("Malformed", "The body cannot be read."),
    ("NoSuchCountry", "There is no such country."),
    ("SlowBody", "The body did not arrive in time."),
    ("Taken", "Another country has this code, or users live there."),
    ("TooLarge", "The body has more than 16 KiB."),
    ("UnsupportedMediaType", "The body is of a kind that is not read here."),
    (
        "Invalid",
        "A field or parameter has a value that it cannot have; `field` names it.",
    ),
    ("Internal", "The server's fault; it has been logged."),
    ("Unavailable", "The database does not answer at the moment."),
    ("Page", "Refused; the page with the reason beside what was typed."),
];

/// Defines groups of refusals for `responses(...)` of an operation.
macro_rules! refusals {
    ($($(#[$comment:meta])* $group:ident: $($status:literal $name:ident),+;)+) => {$(
        $(#[$comment])*
        pub struct $group;

        impl IntoResponses for $group {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                BTreeMap::from([$(($status.to_string(), Ref::from_response_name(stringify!($name)).into())),+])
            }
        }
    )+};
}

refusals! {
    /// The refusals of an operation that needs the database.
    Failed: 500 Internal, 503 Unavailable;
    /// The refusal of an invalid parameter or field.
    Invalid: 422 Invalid;
    /// The refusals of a body.
    WithBody: 400 Malformed, 408 SlowBody, 413 TooLarge, 415 UnsupportedMediaType;
    /// The refusal of a code that no country has.
    NoSuchCountry: 404 NoSuchCountry;
    /// The refusal of a change that another row forbids.
    Taken: 409 Taken;
    /// The refusals of the page's form.
    FormRefused: 409 Page, 422 Page;
}
