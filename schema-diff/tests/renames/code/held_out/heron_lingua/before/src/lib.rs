#[macro_use]
mod macros;

pub mod contributors;
pub mod glossary;
pub mod jobs;
pub mod rows;
pub mod schema;
pub mod translate;
