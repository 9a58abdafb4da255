//! Writes comments as doc comments, as `print-schema` does.

use super::{edit::indentation, editor::Editor};
use crate::{
    declaration,
    doc_comment::lines,
    parse::{AttributePlace, ColumnPlace},
    report::Sign,
};

impl Editor<'_, '_> {
    /// Writes the comment of a column, or of the table, in the place of the existing doc comment.
    pub(super) fn doc_comment(&mut self, column: Option<&ColumnPlace>, comment: Option<&str>) {
        let file = self.at.file;
        let (attributes, head, of) = match column {
            Some(place) => (
                &place.attributes,
                place.name.start,
                format!("{}: ", self.source.slice(file, place.name.clone())),
            ),
            None => (&self.at.place.attributes, self.at.place.head, String::new()),
        };
        let mut old = attributes.iter().filter(|own| own.name == "doc");
        let text = self.source.text(file);
        let shown: Vec<&str> = comment.map(lines).unwrap_or_default();
        let first: Option<&AttributePlace> = if shown.is_empty() { None } else { old.next() };
        for place in old {
            self.edits.remove(self.source, file, place.range.clone());
        }
        if shown.is_empty() {
            self.record(Sign::Remove, &format!("{of}comment"));
            return;
        }
        let at = attributes.first().map_or(head, |own| own.range.start.min(head));
        let place = first.map_or(at, |own| own.range.start);
        let block = match indentation(text, place) {
            Some(indentation) => shown
                .iter()
                .map(|line| format!("/// {line}").trim_end().to_owned())
                .collect::<Vec<_>>()
                .join(&format!("\n{indentation}")),
            None => format!("#[doc = {}]", declaration::string(&shown.join("\n"))),
        };
        match first {
            Some(own) => self.edits.replace(file, own.range.clone(), block),
            None => self.edits.attribute(self.source, file, at, &block),
        }
        self.record(Sign::Add, &format!("{of}comment"));
    }
}
