//! Source files, and locations in them.

use std::{path::Path, sync::Arc};

use proc_macro2::Span;

use super::path::ModulePath;
use crate::declared::Location;

/// The purpose for which a source file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// For tables, and the types and enums that they refer to.
    Schema,
    /// For SQL types and enums only. A file that does not parse causes only a warning.
    Rust,
}

/// A source file in memory.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path for messages: relative to the project's root if it is inside.
    pub path: Arc<Path>,
    /// Its text.
    pub text: String,
    /// The purpose for which it is read.
    pub role: Role,
    /// Whether its doc comments are comments of tables and columns.
    pub has_doc_comments: bool,
    /// Its Rust module.
    pub(super) module: ModulePath,
}

impl SourceFile {
    /// Returns a file whose module is derived from its path: `src/db/schema.rs` is `crate::db::schema`.
    pub fn new(path: impl AsRef<Path>, text: impl Into<String>, role: Role) -> Self {
        let path: Arc<Path> = path.as_ref().into();
        let module = ModulePath::of_file(&path);
        Self {
            path,
            text: text.into(),
            role,
            has_doc_comments: false,
            module,
        }
    }

    /// Returns the file with another text, such as an earlier version.
    pub fn with_text(&self, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..self.clone()
        }
    }

    /// Returns the module's path as other files write it: `crate::db::schema`.
    pub fn module_path(&self) -> String {
        self.module.to_string()
    }

    pub(super) fn in_module(mut self, module: ModulePath) -> Self {
        self.module = module;
        self
    }
}

/// Returns the location of a span in a file. For an empty span (at the end of a macro's input), returns the location of
/// `fallback`.
pub(super) fn locate_or(file: &Arc<Path>, span: Span, fallback: Span) -> Location {
    if span.byte_range().is_empty() {
        locate(file, fallback)
    } else {
        locate(file, span)
    }
}

/// Returns the location of a span in a file.
pub(super) fn locate(file: &Arc<Path>, span: Span) -> Location {
    let (start, end) = (span.start(), span.end());
    let length = if start.line == end.line {
        end.column.saturating_sub(start.column)
    } else {
        0
    };
    Location {
        file: Arc::clone(file),
        line: number(start.line),
        column: number(start.column + 1),
        length: number(length),
    }
}

/// Returns a line or a column of a file. Rust's own parser reads no file with more of them.
pub(super) fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
