//! Source files and places in them.

use std::{path::Path, sync::Arc};

use proc_macro2::Span;

use super::path::ModulePath;
use crate::declared::Location;

/// What a source file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Tables, and what they refer to.
    Schema,
    /// SQL types and enums alone; a file that does not parse is no more than a warning.
    Rust,
}

/// A source file in memory.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path for messages: relative to the project's root where it lies within.
    pub path: Arc<Path>,
    /// Its text.
    pub text: String,
    /// What it is read for.
    pub role: Role,
    /// Whether its doc comments are comments of tables and columns.
    pub has_doc_comments: bool,
    /// The Rust module that it is.
    pub(super) module: ModulePath,
}

impl SourceFile {
    /// A file whose module follows from its path: `src/db/schema.rs` is `crate::db::schema`.
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

    /// The module as other files name it: `crate::db::schema`.
    pub fn module_path(&self) -> String {
        self.module.to_string()
    }

    pub(super) fn in_module(mut self, module: ModulePath) -> Self {
        self.module = module;
        self
    }
}

/// The place of a span within a file; without a span of its own (the end of a macro's input), `fallback`'s.
pub(super) fn locate_or(file: &Arc<Path>, span: Span, fallback: Span) -> Location {
    if span.byte_range().is_empty() {
        locate(file, fallback)
    } else {
        locate(file, span)
    }
}

/// The place of a span within a file.
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
