//! A project's configuration: `diesel.toml`, `schema-diff.toml`, the environment and `.env`.
//!
//! This module reads and resolves the configuration. It does not check that the files it names exist, and it never
//! prints or writes.

mod back_ends;
mod deploy;
mod diesel_toml;
mod environment;
mod error;
mod filter;
mod pattern;
mod policy;
mod project;
mod schema_diff_toml;
mod toml_file;

pub(crate) use back_ends::POSTGRES;
pub use deploy::Deploy;
pub use diesel_toml::{DieselToml, PrintSchema};
pub use environment::{Environment, Origin};
pub use error::ConfigError;
pub use filter::{Filtering, TableFilter};
pub use pattern::Pattern;
pub use policy::{IntegerKeys, Policy, Undeclared, UndeclaredKind};
pub use project::{ConfigWarning, Project};
pub use schema_diff_toml::Renames;
