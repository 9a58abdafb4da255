//! Errors in source files, rendered as the Rust compiler renders its errors.

use std::{collections::BTreeMap, fmt, ops::Range, path::Path, sync::Arc};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::source::SourceFile;
use crate::{
    declared::{Declared, Location},
    diagnostic::{Diagnostic, DiagnosticCode},
};

/// One error in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The kind of error.
    pub code: DiagnosticCode,
    /// The location; line 0 means the file as a whole.
    pub location: Location,
    /// The message.
    pub message: String,
    /// How the user can fix it.
    pub hint: Option<String>,
    /// Related locations, each with a label.
    pub related: Vec<(Location, String)>,
}

impl ParseError {
    pub(super) fn new(code: DiagnosticCode, location: Location, message: impl Into<String>) -> Self {
        Self {
            code,
            location,
            message: message.into(),
            hint: None,
            related: Vec::new(),
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn related(mut self, location: Location, what: impl Into<String>) -> Self {
        self.related.push((location, what.into()));
        self
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.location.file.display())?;
        if self.location.line > 0 {
            write!(f, ":{}:{}", self.location.line, self.location.column)?;
        }
        write!(f, ": {}", self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, " ({hint})"))
    }
}

/// All errors, in the order of files and lines; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseErrors {
    errors: Vec<ParseError>,
    /// The texts of the files that the errors point into.
    texts: BTreeMap<Arc<Path>, String>,
}

impl std::error::Error for ParseErrors {}

/// Formats each error on one line, without the source.
impl fmt::Display for ParseErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.errors.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl ParseErrors {
    /// Returns all errors.
    pub fn errors(&self) -> &[ParseError] {
        &self.errors
    }

    pub(super) fn of_file(error: ParseError) -> Self {
        Self {
            errors: vec![error],
            texts: BTreeMap::new(),
        }
    }

    pub(super) fn with_texts(self, texts: BTreeMap<Arc<Path>, String>) -> Self {
        Self { texts, ..self }
    }

    /// Renders the errors with their source lines, as the Rust compiler does.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut rendered = String::new();
        for error in &self.errors {
            if !rendered.is_empty() {
                rendered.push_str("\n\n");
            }
            rendered.push_str(&renderer.render(&[self.group(error)]));
        }
        rendered.push('\n');
        rendered
    }

    fn group<'a>(&'a self, error: &'a ParseError) -> Group<'a> {
        let mut group = Level::ERROR
            .primary_title(&error.message)
            .id(error.code.as_str())
            .elements(self.snippet(&error.location, None, &error.related));
        for (location, what) in &error.related {
            if location.file != error.location.file {
                group = group.elements(self.snippet(location, Some(what), &[]));
            }
        }
        match &error.hint {
            Some(hint) => group.element(Level::HELP.message(hint.as_str())),
            None => group,
        }
    }

    /// Returns a file's lines with annotations at a location and at related ones; the path only if the text is not
    /// known.
    fn snippet<'a>(
        &'a self,
        location: &'a Location,
        label: Option<&'a String>,
        related: &'a [(Location, String)],
    ) -> Vec<annotate_snippets::Element<'a>> {
        let path = location.file.to_string_lossy();
        let text = self.texts.get(&location.file).filter(|_| location.line > 0);
        let Some(text) = text else {
            return vec![Origin::path(path).into()];
        };
        let primary = AnnotationKind::Primary
            .span(span(text, location))
            .label(label.map(String::as_str));
        let others = related
            .iter()
            .filter(|(other, _)| other.file == location.file)
            .map(|(other, what)| AnnotationKind::Context.span(span(text, other)).label(what.as_str()));
        let annotations: Vec<Annotation<'_>> = std::iter::once(primary).chain(others).collect();
        vec![
            Snippet::source(text.as_str())
                .path(path)
                .fold(true)
                .annotations(annotations)
                .into(),
        ]
    }
}

/// Returns the byte range of a location; up to the end of its line if its length is not known.
fn span(text: &str, location: &Location) -> Range<usize> {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(in_memory(location.line).saturating_sub(1))
        .map(str::len)
        .sum();
    let line = text
        .get(line_start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let first = in_memory(location.column).saturating_sub(1);
    let start = byte(first);
    let end = if location.length == 0 {
        line.len()
    } else {
        byte(first + in_memory(location.length))
    };
    line_start + start..line_start + end.max(start)
}

fn in_memory(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Collects errors and warnings while reading.
#[derive(Default)]
pub(super) struct Report {
    errors: Vec<ParseError>,
    warnings: Vec<Diagnostic>,
}

impl Report {
    pub fn error(&mut self, error: ParseError) {
        self.errors.push(error);
    }

    pub fn warn(&mut self, code: DiagnosticCode, location: &Location, message: impl Into<String>) {
        self.warnings.push(Diagnostic::new(code, message).at(location));
    }

    /// Returns the declarations with their warnings, or the errors if there are any.
    pub fn finish(mut self, mut declared: Declared, files: &[SourceFile]) -> Result<Declared, ParseErrors> {
        if self.errors.is_empty() {
            self.warnings.sort_by(|a, b| a.place.cmp(&b.place));
            declared.warnings = self.warnings;
            return Ok(declared);
        }
        let order = |location: &Location| files.iter().position(|file| file.path == location.file);
        self.errors
            .sort_by_cached_key(|error| (order(&error.location), error.location.line, error.location.column));
        self.errors.dedup();
        let named = |file: &&SourceFile| {
            let places = |error: &ParseError| {
                error.location.file == file.path || error.related.iter().any(|(place, _)| place.file == file.path)
            };
            self.errors.iter().any(places)
        };
        let texts = files
            .iter()
            .filter(named)
            .map(|file| (Arc::clone(&file.path), file.text.clone()))
            .collect();
        Err(ParseErrors {
            errors: self.errors,
            texts,
        })
    }
}
