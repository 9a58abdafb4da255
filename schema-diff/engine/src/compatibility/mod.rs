//! Which program may be deployed first: the one of before or the new one, at each state of a migration.
//!
//! Diesel selects every column of a `table!`, so that a program fails as soon as one of them does not exist. [`programs`] collects what the
//! program of before and the new one know of the touched tables, [`statements`] has what Diesel sends for it, [`observe`] lets Postgres prepare
//! and run that at a state of the migration, and [`judge`] says which states both programs survive: when to deploy. `trial` adds other running
//! programs and the roles that programs have; `denied` says what these roles may not do. Whole tables are read and written, except for what the
//! programs' code says (`used`). Only [`observe`] is not pure.

mod actual;
mod denied;
pub(crate) mod diesel_sql;
mod finding;
mod held;
mod judge;
mod narrowed;
mod observe;
mod order;
mod program;
pub mod readable;
mod reason;
mod referring;
mod remarks;
mod statements;
mod trial;
mod usage;
mod used;

pub use finding::{Cause, Certainty, Finding};
pub(crate) use judge::exists;
pub use judge::{Compatibility, judge};
pub use observe::{Facts, Outcome, Refusal, State, observe, usable_roles};
pub use order::Order;
pub use program::{Filled, Given, Join, Known, KnownColumn, KnownTable, Program, Values};
pub use statements::{Kind, ProgramStatement, Wanted, statements};
pub use trial::{Programs, Trial, missing_from, other_program, program_roles};
pub use usage::{Code, Source, Use};
pub use used::programs;
