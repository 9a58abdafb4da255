//! Renaming identifiers inside expressions that Postgres printed.

use super::name::quote_ident;

/// Replaces identifiers in an expression of Postgres's own words; literals, keywords in quotes and everything else stay.
///
/// `rename` is asked for each identifier (unquoted) and gives the new name, or `None` to keep it. A name that is
/// followed by `(` (a function's) or preceded by `::` (a type's) is never offered.
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

#[cfg(test)]
mod tests {
    use super::rename_identifiers;

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
