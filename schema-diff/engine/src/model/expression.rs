//! Renames of identifiers in expressions that Postgres deparsed.

use super::name::{TypeName, quote_ident, quote_literal};

/// Replaces identifiers in an expression that Postgres deparsed; literals, keywords in quotes and everything else are
/// kept.
///
/// `rename` is called for each identifier (unquoted) and returns the new name, or `None` to keep it. A name that is
/// followed by `(` (a function) or preceded by `::` (a type) is never renamed.
pub fn rename_identifiers(expression: &str, rename: impl Fn(&str) -> Option<String>) -> String {
    let bytes = expression.as_bytes();
    let mut out = String::with_capacity(expression.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'\'' => {
                at = skip_quoted(bytes, at, b'\'', out.ends_with(['E', 'e']));
                out.push_str(&expression[start..at]);
            }
            b'"' => {
                at = skip_quoted(bytes, at, b'"', false);
                let inner = expression[start + 1..at.saturating_sub(1).max(start + 1)].replace("\"\"", "\"");
                push_identifier(&mut out, &expression[start..at], &inner, &expression[at..], &rename);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => {
                while bytes
                    .get(at)
                    .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | 0x80..))
                {
                    at += 1;
                }
                let word = &expression[start..at];
                push_identifier(&mut out, word, word, &expression[at..], &rename);
            }
            b'0'..=b'9' => {
                while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.') {
                    at += 1;
                }
                out.push_str(&expression[start..at]);
            }
            _ => {
                at += 1;
                out.push_str(&expression[start..at]);
            }
        }
    }
    out
}

fn skip_quoted(bytes: &[u8], open: usize, quote: u8, escapes: bool) -> usize {
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        if escapes && byte == b'\\' {
            at += 2;
        } else if byte == quote {
            if bytes.get(at + 1) == Some(&quote) {
                at += 2;
            } else {
                return at + 1;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn push_identifier(out: &mut String, raw: &str, name: &str, rest: &str, rename: impl Fn(&str) -> Option<String>) {
    let is_type = out.ends_with("::");
    let is_function = rest.starts_with('(');
    // A word without quotes that Postgres would quote is a keyword, not a name.
    let is_keyword = !raw.starts_with('"') && quote_ident(name) != name;
    match rename(name) {
        Some(new) if !is_type && !is_function && !is_keyword => out.push_str(&quote_ident(&new)),
        _ => out.push_str(raw),
    }
}

/// Renames the types of casts in a text that Postgres deparsed, and the labels in literals of these types (by the
/// previous type name).
///
/// Postgres prints a cast as `'label'::schema.type`, and an array of labels as `'{a,b}'::schema.type[]`.
pub fn rename_casts(
    text: &str,
    type_name: impl Fn(&TypeName) -> Option<TypeName>,
    label: impl Fn(&TypeName, &str) -> Option<String>,
) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    // The literal that was just read, and its position in `out`.
    let mut literal: Option<(usize, &str)> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'\'' => {
                at = skip_quoted(bytes, at, b'\'', out.ends_with(['E', 'e']));
                literal = Some((out.len(), &text[start..at])).filter(|_| !out.ends_with(['E', 'e']));
                out.push_str(&text[start..at]);
                continue;
            }
            b'"' => at = skip_quoted(bytes, at, b'"', false),
            b':' if text[at..].starts_with("::") => {
                at += 2;
                if let Some((name, end)) = qualified_at(text, at) {
                    let is_array = text[end..].starts_with("[]");
                    if let Some((from, own)) = literal
                        && let Some(new) = relabelled(own, is_array, |own| label(&name, own))
                    {
                        out.truncate(from);
                        out.push_str(&quote_literal(&new));
                    }
                    out.push_str("::");
                    out.push_str(&type_name(&name).map_or_else(|| text[at..end].to_owned(), |new| printed(&new)));
                    at = end;
                    literal = None;
                    continue;
                }
            }
            _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
        out.push_str(&text[start..at]);
        literal = None;
    }
    out
}

/// Returns a name as Postgres prints it with an empty `search_path`.
fn printed(name: &TypeName) -> String {
    format!("{}.{}", quote_ident(&name.schema), quote_ident(&name.name))
}

/// Reads `schema.name` at a position of a text; returns the name and the position of its end.
fn qualified_at(text: &str, at: usize) -> Option<(TypeName, usize)> {
    let (schema, dot) = identifier_at(text, at)?;
    if text.as_bytes().get(dot) != Some(&b'.') {
        return None;
    }
    let (name, end) = identifier_at(text, dot + 1)?;
    Some((TypeName::new(schema, name), end))
}

fn identifier_at(text: &str, at: usize) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(at) == Some(&b'"') {
        let end = skip_quoted(bytes, at, b'"', false);
        let inner = text.get(at + 1..end.checked_sub(1)?)?;
        return Some((inner.replace("\"\"", "\""), end));
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
    let length = bytes[at.min(bytes.len())..]
        .iter()
        .take_while(|byte| is_part(byte))
        .count();
    (length > 0).then(|| (text[at..at + length].to_owned(), at + length))
}

/// Returns a literal's text with renamed labels; `None` if no label is renamed.
fn relabelled(literal: &str, is_array: bool, label: impl Fn(&str) -> Option<String>) -> Option<String> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?.replace("''", "'");
    if !is_array {
        return label(&inner);
    }
    let elements = inner.strip_prefix('{')?.strip_suffix('}')?;
    // Nested arrays and escapes do not occur in usual labels.
    if elements.contains(['{', '}', '\\']) {
        return None;
    }
    let mut changed = false;
    let mut parts = Vec::new();
    for element in split_elements(elements) {
        let bare = element.trim_matches('"');
        match label(bare) {
            Some(new) => {
                changed = true;
                parts.push(format!("\"{}\"", new.replace('\\', "\\\\").replace('"', "\\\"")));
            }
            None => parts.push(element.to_owned()),
        }
    }
    changed.then(|| {
        format!(
            "{{{}}}",
            parts
                .iter()
                .map(|part| unquoted_element(part))
                .collect::<Vec<_>>()
                .join(",")
        )
    })
}

/// Splits an array's text at the commas outside quotes.
fn split_elements(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    })
    .collect()
}

/// Returns an element as Postgres prints it: quoted only if necessary.
fn unquoted_element(element: &str) -> String {
    let Some(inner) = element.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) else {
        return element.to_owned();
    };
    let needs = inner.is_empty()
        || inner.eq_ignore_ascii_case("null")
        || inner.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\\' | '{' | '}' | ','));
    if needs { element.to_owned() } else { inner.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{rename_casts, rename_identifiers};
    use crate::model::TypeName;

    #[test]
    fn casts_name_types_and_labels() {
        let cases = [
            (
                "('paid'::public.status = status)",
                "('settled'::app.\"Order\" = status)",
            ),
            ("'{paid,new}'::public.status[]", "'{settled,new}'::app.\"Order\"[]"),
            (
                "'{\"a b\",paid}'::public.status[]",
                "'{\"a b\",settled}'::app.\"Order\"[]",
            ),
            (
                "('paid'::text = 'public.status::public.status')",
                "('paid'::text = 'public.status::public.status')",
            ),
            ("(x)::public.status", "(x)::app.\"Order\""),
            ("'paid'::public.status_old", "'paid'::public.status_old"),
            ("(public.status)::text", "(public.status)::text"),
            ("'it''s'::public.status || 'é'", "'its'::app.\"Order\" || 'é'"),
        ];
        let (old, new) = (TypeName::public("status"), TypeName::new("app", "Order"));
        for (before, after) in cases {
            let renamed = rename_casts(
                before,
                |name| (*name == old).then(|| new.clone()),
                |of, label| {
                    let labels = [("paid", "settled"), ("it's", "its")];
                    let found = labels.iter().find(|(from, _)| *of == old && *from == label);
                    found.map(|(_, to)| (*to).to_owned())
                },
            );
            assert_eq!(renamed, after);
        }
    }

    #[test]
    fn only_names_are_renamed() {
        let cases = [
            ("(name > 'name'::text)", "(title > 'name'::text)"),
            ("lower(name)", "lower(title)"),
            ("name(name)", "name(title)"),
            ("(x)::name", "(x)::name"),
            ("(\"Name\" = E'name\\'name')", "(\"Name\" = E'name\\'name')"),
            ("(naïve_name || name)", "(naïve_name || title)"),
            ("(\"name\" = 'it''s name')", "(title = 'it''s name')"),
        ];
        for (before, after) in cases {
            let renamed = rename_identifiers(before, |name| (name == "name").then(|| "title".to_owned()));
            assert_eq!(renamed, after);
        }
    }
}
