//! Reading what a person declared: `schema.rs` and the Rust enums beside it, into a [`Declared`].
//!
//! Nothing here knows a database, and nothing here compiles Rust: modules, imports and `#[cfg]`s are followed as far
//! as a schema needs it. [`load`] reads the files, [`parse`] is pure. All errors of all files are reported at once,
//! each with its place.
//!
//! `#[cfg(...)]` is decided without a build: `test` is off, features are on, but for those that are named after
//! another database (`sqlite`, `mysql`); `parse/cfg.rs` says the rest.

mod attribute;
mod builtin;
mod cfg;
mod data_type;
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
pub use error::{ParseError, ParseErrors};
pub use files::{load, read};
pub use places::{
    AttributePlace, ColumnPlace, EnumPlace, ItemPlace, ListPlace, ModulePlace, PartPlace, Places, StructPlace,
    TablePlace, VariantPlace, places,
};
pub use source::{Role, SourceFile};

use crate::declared::Declared;

/// Stack for reading: source code nests, and the parser of Rust recurses. Only what is used is ever resident.
const STACK_BYTES: usize = 256 << 20;

/// Reads source files: those of the role [`Role::Schema`] for tables, all of them for types and enums.
///
/// Spans of `proc_macro2` that the calling thread holds from before are invalid afterwards.
///
/// # Errors
/// Everything that is wrong in any of them, not only the first.
pub fn parse(files: &[SourceFile]) -> Result<Declared, ParseErrors> {
    with_stack(|| declared(files))
}

/// Reads on a stack as large as nested source needs, and lets the texts go that the tokens' positions point into. On the caller's thread, so
/// that the memory of the tokens serves what comes next.
fn with_stack<T>(read: impl FnOnce() -> T) -> T {
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
