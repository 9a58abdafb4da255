//! The patterns of `ignore`: names with `*`, `?` and `[...]`, joined by dots.

use regex::Regex;

/// A pattern over `table`, `schema.table`, `table.column` or `schema.table.column`.
///
/// `*` matches any characters, but not across a dot of the pattern. A backslash escapes the next character. Patterns
/// are case-sensitive.
#[derive(Debug, Clone)]
pub struct Pattern {
    parts: Vec<Regex>,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// A message that describes what is wrong with the pattern.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        let parts = regexes(pattern)?
            .into_iter()
            .map(|part| {
                Regex::new(&format!("(?s)^{part}$")).map_err(|_| format!("`{pattern}` has an invalid set in brackets"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        match parts.len() {
            1..=3 => Ok(Self { parts }),
            more => Err(format!(
                "`{pattern}` has {more} parts: expected table, schema.table, table.column or schema.table.column"
            )),
        }
    }

    /// Checks whether the pattern names this table.
    #[must_use]
    pub fn matches_table(&self, schema: &str, table: &str) -> bool {
        match self.parts.as_slice() {
            [only] => only.is_match(table),
            [first, second] => first.is_match(schema) && second.is_match(table),
            _ => false,
        }
    }

    /// Checks whether the pattern names this column.
    #[must_use]
    pub fn matches_column(&self, schema: &str, table: &str, column: &str) -> bool {
        match self.parts.as_slice() {
            [first, second] => first.is_match(table) && second.is_match(column),
            [first, second, third] => first.is_match(schema) && second.is_match(table) && third.is_match(column),
            _ => false,
        }
    }
}

/// Returns the regular expression of each part, not anchored.
fn regexes(pattern: &str) -> Result<Vec<String>, String> {
    let mut parts = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == '.' {
            parts.push(String::new());
            continue;
        }
        let next = match character {
            '*' => ".*".to_owned(),
            '?' => ".".to_owned(),
            '[' => set(&mut characters).ok_or_else(|| format!("`{pattern}` opens a bracket and does not close it"))?,
            '\\' => {
                let escaped = characters
                    .next()
                    .ok_or_else(|| format!("`{pattern}` ends in a backslash"))?;
                regex::escape(escaped.encode_utf8(&mut [0; 4]))
            }
            plain => regex::escape(plain.encode_utf8(&mut [0; 4])),
        };
        if let Some(part) = parts.last_mut() {
            part.push_str(&next);
        }
    }
    if parts.iter().any(String::is_empty) {
        return Err(format!("`{pattern}` has an empty part"));
    }
    Ok(parts)
}

/// Reads a set of characters after its opening bracket, up to the closing one.
fn set(characters: &mut std::str::Chars<'_>) -> Option<String> {
    let (inside, rest) = characters.as_str().split_once(']')?;
    *characters = rest.chars();
    let (negation, members) = match inside.strip_prefix(['!', '^']) {
        Some(members) => ("^", members),
        None => ("", inside),
    };
    let members = members
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace('&', "\\&")
        .replace('~', "\\~")
        .replace('^', "\\^");
    Some(format!("[{negation}{members}]"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Pattern;

    #[test]
    fn tables_and_columns() {
        let cases = [
            ("spatial_*", "public.spatial_ref_sys", "", true),
            ("spatial_*", "public.users", "", false),
            ("audit.*", "audit.log", "", true),
            ("audit.*", "public.log", "", false),
            ("a?c", "public.abc", "", true),
            ("a?c", "public.abbc", "", false),
            ("t[0-9]", "public.t7", "", true),
            ("t[!0-9]", "public.t7", "", false),
            ("t[!0-9]", "public.tx", "", true),
            ("a(b+", "public.a(b+", "", true),
            (r"we\*rd", "public.we*rd", "", true),
            (r"we\*rd", "public.weird", "", false),
            ("categories.path", "public.categories", "path", true),
            ("categories.path", "public.categories", "name", false),
            ("public.categories.p*", "public.categories", "path", true),
            ("other.categories.p*", "public.categories", "path", false),
            ("line\n*", "public.line\nbreak\nx", "", true),
        ];
        for (pattern, table, column, expected) in cases {
            let (schema, table) = table.split_once('.').unwrap();
            let parsed = Pattern::parse(pattern).unwrap();
            let actual = if column.is_empty() {
                parsed.matches_table(schema, table)
            } else {
                parsed.matches_column(schema, table, column)
            };
            assert_eq!(actual, expected, "{pattern} on {schema}.{table} {column}");
        }
    }

    #[test]
    fn what_is_not_a_pattern() {
        for pattern in ["", "a.", ".b", "a.b.c.d", "a[bc", "a\\", "a[z-a]"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
