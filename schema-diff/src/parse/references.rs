//! Names in attributes: from Rust's to those of SQL.

use super::{error::Report, path::ModulePath};
use crate::declared::DeclaredTable;

pub(super) fn resolve(_tables: &mut [(ModulePath, DeclaredTable)], _report: &mut Report) {}
