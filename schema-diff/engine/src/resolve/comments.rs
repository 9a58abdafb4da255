//! Resolves comments of tables and columns: from attributes, or from doc comments if the configuration says so.

use schema_diff_grammar::attribute::{ColumnAttribute, TableAttribute};

use crate::{
    declared::{DeclaredColumn, DeclaredTable},
    doc_comment,
};

/// Returns the declared comment of a table; `None` if none is declared.
pub(super) fn of_table(declared: &DeclaredTable, actual: Option<&String>) -> Option<Option<String>> {
    let written = declared.attributes.iter().find_map(|(attribute, _)| match attribute {
        TableAttribute::Comment(text) => Some(text),
        _ => None,
    });
    comment(written, declared.doc.as_deref(), actual)
}

/// Returns the declared comment of a column; `None` if none is declared.
pub(super) fn of_column(declared: &DeclaredColumn, actual: Option<&String>) -> Option<Option<String>> {
    let written = declared.attributes.iter().find_map(|(attribute, _)| match attribute {
        ColumnAttribute::Comment(text) => Some(text),
        _ => None,
    });
    comment(written, declared.doc.as_deref(), actual)
}

/// Returns the declared comment. The existing comment is kept if Diesel prints it as the same doc comment.
fn comment(written: Option<&String>, doc: Option<&str>, actual: Option<&String>) -> Option<Option<String>> {
    let text = match (written, doc) {
        (Some(text), _) => text.as_str(),
        (None, Some(doc)) if doc_comment::is_same(doc, actual.map(String::as_str)) => return Some(actual.cloned()),
        (None, Some(doc)) => doc,
        (None, None) => return None,
    };
    Some(Some(text.to_owned()).filter(|text| !text.is_empty()))
}
