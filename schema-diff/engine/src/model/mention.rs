//! The names that occur in a text.

use std::collections::{BTreeSet, HashMap};

use super::name::QualifiedName;

/// Returns every `schema.name` in a text that Postgres deparsed with an empty `search_path`, including those in
/// literals (`nextval('app.ids'::regclass)`). Some may be a table's column or a field.
pub fn mentioned_names(text: &str) -> BTreeSet<QualifiedName> {
    let words = words(text);
    let by_start: HashMap<usize, &Word> = words.iter().map(|word| (word.start, word)).collect();
    words
        .iter()
        .filter(|schema| text.as_bytes().get(schema.end) == Some(&b'.'))
        .filter_map(|schema| {
            let name = by_start.get(&(schema.end + 1))?;
            Some(QualifiedName::new(schema.text.clone(), name.text.clone()))
        })
        .collect()
}

/// Returns every identifier in a text that a user may have written, including keywords and the words of literals and
/// comments.
pub fn mentioned_words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in words(text) {
        if !word.is_quoted {
            found.insert(word.text.to_lowercase());
        }
        found.insert(word.text);
    }
    found
}

/// Returns the words of a text: its longest runs of letters, digits and underscores.
pub fn plain_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

struct Word {
    text: String,
    is_quoted: bool,
    start: usize,
    end: usize,
}

fn words(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        if byte == b'"' {
            // The text in the quotes is read once more, because the quote may belong to a literal or a comment.
            let end = end_of_quoted(bytes, at);
            let inner = text
                .get(start + 1..end.saturating_sub(1))
                .unwrap_or_default()
                .replace("\"\"", "\"");
            words.push(Word {
                text: inner,
                is_quoted: true,
                start,
                end,
            });
            at += 1;
        } else if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 {
            while bytes
                .get(at)
                .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | 0x80..))
            {
                at += 1;
            }
            let inner = text.get(start..at).unwrap_or_default().to_owned();
            words.push(Word {
                text: inner,
                is_quoted: false,
                start,
                end: at,
            });
        } else {
            at += 1;
        }
    }
    words
}

fn end_of_quoted(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte == b'"' {
            if bytes.get(at) != Some(&b'"') {
                return at;
            }
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{mentioned_names, mentioned_words};
    use crate::model::QualifiedName;

    #[test]
    fn names_with_schemas_are_found() {
        let found = mentioned_names("(nextval('app.ids'::regclass) + public.\"F \"\"g\"(x.y, 'a. b'::\"S\".t))");
        for (schema, name) in [("S", "t"), ("app", "ids"), ("public", "F \"g"), ("x", "y")] {
            assert!(found.contains(&QualifiedName::new(schema, name)), "{schema}.{name}");
        }
    }

    #[test]
    fn words_are_folded_as_postgres_does() {
        let found = mentioned_words("SELECT Slug(\"Title\")");
        assert!(found.contains("slug") && found.contains("Title") && !found.contains("SLUG"));
    }
}
