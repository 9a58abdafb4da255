//! Edits a text by byte ranges. All other bytes are unchanged.

use std::ops::Range;

use super::source::Source;
use crate::{
    parse::{AttributePlace, SourceFile},
    report::Sign,
};

/// A change of the files, as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EditLine {
    /// Whether something was added, changed or removed.
    pub sign: Sign,
    /// The description.
    pub text: String,
}

/// A replacement.
struct Edit {
    file: usize,
    range: Range<usize>,
    text: String,
}

/// Replacements to be made together, with their descriptions.
#[derive(Default)]
pub(super) struct Edits {
    edits: Vec<Edit>,
    pub lines: Vec<EditLine>,
}

impl Edits {
    /// Checks whether there is an insertion at a position already.
    pub fn inserts_at(&self, file: usize, at: usize) -> bool {
        self.edits
            .iter()
            .any(|edit| edit.file == file && edit.range == (at..at))
    }

    pub fn record(&mut self, sign: Sign, text: impl Into<String>) {
        self.lines.push(EditLine {
            sign,
            text: text.into(),
        });
    }

    pub fn replace(&mut self, file: usize, range: Range<usize>, text: impl Into<String>) {
        self.edits.push(Edit {
            file,
            range,
            text: text.into(),
        });
    }

    pub fn insert(&mut self, file: usize, at: usize, text: impl Into<String>) {
        self.replace(file, at..at, text);
    }

    /// Removes a range, with its line if nothing else is on it.
    pub fn remove(&mut self, source: &Source, file: usize, range: Range<usize>) {
        let range = with_line(source.text(file), range);
        self.replace(file, range, "");
    }

    /// Removes an item, with the empty line after it.
    pub fn remove_item(&mut self, source: &Source, file: usize, range: Range<usize>) {
        let text = source.text(file);
        let mut range = with_line(text, range);
        let rest = text.get(range.end..).unwrap_or_default();
        if let Some(line) = rest.split_inclusive('\n').next().filter(|line| line.trim().is_empty()) {
            range.end += line.len();
        }
        self.replace(file, range, "");
    }

    /// Inserts an attribute in front of a position.
    pub fn attribute(&mut self, source: &Source, file: usize, at: usize, attribute: &str) {
        let text = source.text(file);
        let behind = match indentation(text, at) {
            Some(indentation) => format!("\n{indentation}"),
            None => " ".to_owned(),
        };
        self.insert(file, at, format!("{attribute}{behind}"));
    }

    /// Removes an attribute, or its part of a `cfg_attr`.
    pub fn remove_attribute(
        &mut self,
        source: &Source,
        file: usize,
        place: &AttributePlace,
        at: &crate::declared::Location,
    ) {
        let part = place
            .parts
            .iter()
            .position(|part| part.lines.contains(&(at.line, at.column)));
        let range_of = |index: usize| place.parts.get(index).map(|part| part.range.clone());
        match part {
            Some(0) if place.parts.len() > 1 => {
                if let (Some(own), Some(next)) = (range_of(0), range_of(1)) {
                    self.replace(file, own.start..next.start, "");
                }
            }
            Some(index) if place.parts.len() > 1 => {
                if let (Some(own), Some(previous)) = (range_of(index), range_of(index - 1)) {
                    self.replace(file, previous.end..own.end, "");
                }
            }
            _ => self.remove(source, file, place.range.clone()),
        }
    }

    /// Returns the files with all edits applied. Edits inside a removed range are skipped.
    pub fn apply(mut self, mut files: Vec<SourceFile>) -> Vec<SourceFile> {
        // The sort is stable: insertions at the same position keep their order.
        self.edits
            .sort_by_key(|edit| (edit.file, edit.range.start, !edit.range.is_empty()));
        for (index, file) in files.iter_mut().enumerate() {
            let mut text = String::with_capacity(file.text.len());
            let mut done = 0;
            for edit in self.edits.iter().filter(|edit| edit.file == index) {
                if edit.range.start < done {
                    continue;
                }
                text.push_str(file.text.get(done..edit.range.start).unwrap_or_default());
                text.push_str(&edit.text);
                done = edit.range.end;
            }
            text.push_str(file.text.get(done..).unwrap_or_default());
            file.text = text;
        }
        files
    }
}

/// Returns the white space before a position, if nothing else is before it on its line.
pub(super) fn indentation(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.chars().all(char::is_whitespace).then_some(line)
}

/// Returns the end of the line, without the line break, if at most a comment follows on it.
pub(super) fn end_of_line(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.split('\n').next().unwrap_or_default();
    let follows = rest.trim();
    (follows.is_empty() || follows.starts_with("//")).then(|| at + rest.trim_end().len())
}

/// Extends a range to the whole line if at most a comment is beside it; otherwise to the spaces after it.
fn with_line(text: &str, range: Range<usize>) -> Range<usize> {
    let behind = text.get(range.end..).unwrap_or_default();
    match (indentation(text, range.start), end_of_line(text, range.end)) {
        (Some(indentation), Some(end)) => {
            let line_break = text
                .get(end..)
                .map_or(0, |rest| rest.find('\n').map_or(rest.len(), |at| at + 1));
            range.start - indentation.len()..end + line_break
        }
        _ => range.start..range.end + (behind.len() - behind.trim_start_matches(' ').len()),
    }
}

/// Indents a text's lines; empty lines stay empty.
pub(super) fn indented(text: &str, depth: usize) -> String {
    let indentation = "    ".repeat(depth);
    text.split('\n')
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("{indentation}{line}")
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}
