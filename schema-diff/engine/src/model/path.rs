//! Names as options, `renamed_from` and headers write them: `app.users.mail`. The one codec of such names.
//!
//! `public` is omitted. A part is in double quotes, as in SQL, if it contains one of the characters `.`, `:`, `=` and
//! `"`, or begins like an option (`-x`). Names are case-sensitive. Different names have different texts, and every text
//! that is written here is read back as the same name.

use super::name::{QualifiedName, TableName};

impl QualifiedName {
    /// Returns the name as options and messages write it.
    pub fn plain(&self) -> String {
        if self.schema == "public" {
            plain_part(&self.name)
        } else {
            format!("{}.{}", plain_part(&self.schema), plain_part(&self.name))
        }
    }

    /// Reads `name` or `schema.name`; its parts may be quoted.
    pub fn read_plain(text: &str, default_schema: &str) -> Self {
        let unquoted = |part: &str| match part.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\""),
            None => part.to_owned(),
        };
        let mut is_quoted = false;
        let dot = text.find(|c: char| {
            is_quoted ^= c == '"';
            c == '.' && !is_quoted
        });
        match dot {
            Some(at) => Self::new(unquoted(&text[..at]), unquoted(&text[at + 1..])),
            None => Self::new(default_schema, unquoted(text)),
        }
    }
}

/// Returns a part of a plain name, in quotes if a dot or another character would end it.
pub fn plain_part(name: &str) -> String {
    let bare =
        !name.is_empty() && name.trim() == name && !name.starts_with('-') && !name.contains(['.', ':', '=', '"']);
    if bare {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Returns the relation that the parts name: `name` or `schema.name`.
pub(crate) fn table(names: Vec<String>) -> Option<TableName> {
    match <[String; 2]>::try_from(names) {
        Ok([schema, name]) => Some(TableName::new(schema, name)),
        Err(names) => <[String; 1]>::try_from(names)
            .ok()
            .map(|[name]| TableName::public(name)),
    }
}

/// Returns a relation and the name of an object that belongs to it.
pub(crate) fn member(mut names: Vec<String>) -> Option<(TableName, String)> {
    let last = names.pop()?;
    Some((table(names)?, last))
}

/// Reads one name up to the end of the text; without quotes, it can contain all characters.
pub(crate) fn last(text: &str) -> Option<String> {
    match parts(text, None) {
        Some((mut names, _)) if names.len() == 1 => names.pop(),
        _ => (!text.is_empty() && !text.starts_with('"')).then(|| text.to_owned()),
    }
}

/// Reads the names before a separator, and returns the text after it.
pub(crate) fn split(text: &str, sign: char) -> Option<(Vec<String>, &str)> {
    let (names, rest) = parts(text, Some(sign))?;
    Some((names, rest.strip_prefix(sign)?))
}

/// Reads names that are separated by dots, and returns the remaining text, which begins with the separator.
pub(crate) fn parts(text: &str, sign: Option<char>) -> Option<(Vec<String>, &str)> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let name;
        if let Some(mut quoted) = rest.strip_prefix('"') {
            let mut text = String::new();
            loop {
                let (before, after) = quoted.split_once('"')?;
                text.push_str(before);
                match after.strip_prefix('"') {
                    Some(more) => {
                        text.push('"');
                        quoted = more;
                    }
                    None => {
                        rest = after;
                        break;
                    }
                }
            }
            name = text;
        } else {
            let end = rest.find(|c| c == '.' || Some(c) == sign).unwrap_or(rest.len());
            let (bare, after) = rest.split_at(end);
            if bare.is_empty() {
                return None;
            }
            name = bare.to_owned();
            rest = after;
        }
        names.push(name);
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() || sign.is_some_and(|sign| rest.starts_with(sign)) => return Some((names, rest)),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::QualifiedName;

    #[test]
    fn plain_names_are_told_apart() {
        let names = [
            (QualifiedName::public("a.b"), "\"a.b\""),
            (QualifiedName::new("a", "b"), "a.b"),
            (QualifiedName::new("a.b", "c"), "\"a.b\".c"),
            (QualifiedName::new("a", "b.c"), "a.\"b.c\""),
            (QualifiedName::public("\"a\".b"), "\"\"\"a\"\".b\""),
        ];
        for (name, text) in names {
            assert_eq!(name.plain(), text);
            assert_eq!(QualifiedName::read_plain(text, "public"), name);
        }
    }
}
