//! Reads the user's declarations, `schema.rs` and Rust enums, into a [`Declared`].
//!
//! Parsing neither uses a database nor compiles Rust: modules, imports and `#[cfg]`s are followed as far as a schema
//! needs it. [`load`] reads the files, [`parse`] is pure. All errors of all files are reported at once, each with its
//! location.
//!
//! `#[cfg(...)]` is decided without a build: `test` is off, and features are on except those that are named after
//! another database (`sqlite`, `mysql`); `parse/cfg.rs` has the details.

mod attribute;
mod builtin;
mod cfg;
mod data_type;
mod embedded;
mod enum_derive;
mod enums;
mod error;
mod files;
mod item;
mod joinable;
mod label;
mod name;
mod path;
mod places;
mod references;
mod scope;
mod source;
mod sql_type;
mod syntax;
mod table;

pub(crate) use builtin::{diesel_name, is_diesels};
pub use embedded::embedded_migrations;
pub use error::{ParseError, ParseErrors};
pub use files::{load, read};
pub use places::{
    AttributePlace, ColumnPlace, EnumPlace, ItemPlace, ListPlace, ModulePlace, PartPlace, Places, StructPlace,
    TablePlace, VariantPlace, places,
};
pub use source::{Role, SourceFile};

use crate::declared::Declared;

/// The stack size for reading, because source code nests and the Rust parser recurses. Only the used part becomes
/// resident.
const STACK_BYTES: usize = 256 << 20;

/// Parses source files: those with [`Role::Schema`] for tables, all of them for types and enums.
///
/// `proc_macro2` spans that the calling thread already holds become invalid.
///
/// # Errors
/// All errors in all files, not only the first.
pub fn parse(files: &[SourceFile]) -> Result<Declared, ParseErrors> {
    with_stack(|| declared(files))
}

/// Runs `read` on a stack that is large enough for nested source, then frees the texts that the tokens' spans point
/// into. It runs on the caller's thread, so that the tokens' memory is reused for what follows.
pub(crate) fn with_stack<T>(read: impl FnOnce() -> T) -> T {
    let done = stacker::grow(STACK_BYTES, read);
    proc_macro2::extra::invalidate_current_thread_spans();
    done
}

fn declared(files: &[SourceFile]) -> Result<Declared, ParseErrors> {
    let mut report = error::Report::default();
    let mut collected = item::collect(files, &mut report);
    enums::define_types(&mut collected);
    let enums = enums::read(&collected, &mut report);
    let mut tables = table::read(&mut collected, &mut report);
    let joinables = joinable::read(&collected, &tables, &mut report);
    references::resolve(&mut tables, &mut report);
    let declared = Declared {
        tables: tables.into_iter().map(|(_, table)| table).collect(),
        joinables,
        enums,
        warnings: Vec::new(),
    };
    report.finish(declared, files)
}
