//! Finds the expressions that restore values which a decided conversion has changed: the decided expression, or the
//! exact inverse of a common one.

use std::collections::BTreeMap;

use crate::{
    model::{Column, Pair, Schema, TableName},
    render::{data_type, ident},
    resolve::Resolution,
};

/// A column by table and name.
type Key = (TableName, String);

/// Returns the conversion expressions of `down.sql`, by the names before.
pub(super) fn inverse_conversions(schemas: Pair<&Schema>, resolution: &Resolution) -> BTreeMap<Key, String> {
    let keys = resolution.usings.keys().chain(resolution.usings_down.keys());
    keys.filter_map(|key| {
        let text = inverse_conversion(schemas, resolution, key)?;
        Some((name_before(resolution, key), text))
    })
    .collect()
}

/// Returns the expression that converts a column (named as after) back; `None` if none is decided or known.
pub(super) fn inverse_conversion(schemas: Pair<&Schema>, resolution: &Resolution, key: &Key) -> Option<String> {
    if let Some(text) = resolution.usings_down.get(key) {
        return Some(text.clone());
    }
    let using = resolution.usings.get(key)?;
    let (table, column) = name_before(resolution, key);
    let before = schemas.before.tables.get(&table)?.column(&column)?;
    inverse(using, before, &key.1)
}

fn name_before(resolution: &Resolution, (table, column): &Key) -> Key {
    let flipped = resolution.matches.flip();
    (flipped.table(table), flipped.column(table, column))
}

/// Returns the inverse of an expression over the column alone: `to_jsonb(x)`, `ARRAY[x]`, an added or multiplied
/// number, a time zone, a function that another function reverses, or a `CASE` that maps each value to a different one.
/// `name` is the column's name after.
fn inverse(using: &str, before: &Column, name: &str) -> Option<String> {
    let compact: String = using.chars().filter(|c| !c.is_whitespace()).collect();
    let old = data_type(&before.data_type);
    let name = ident(name);
    let mut text = without_parentheses(&compact);
    let mut document = name.clone();
    // A cast of the whole expression is reversed by a cast to the previous type.
    if let Some((inner, cast)) = text.rsplit_once("::")
        && cast
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '[' | ']' | '(' | ')' | ','))
    {
        text = without_parentheses(inner);
        if !cast.starts_with("json") {
            document = format!("{name}::jsonb");
        }
    }
    let is_own = |text: &str| text == before.name || text == ident(&before.name);
    let argument = |text: &str, open: &str, close: &str| -> bool {
        let lower = text.to_lowercase();
        let inner = lower.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| is_own(inner) || is_own(&text[open.len()..text.len() - close.len()]))
    };
    if !before.data_type.array && (argument(text, "to_jsonb(", ")") || argument(text, "to_json(", ")")) {
        return match before.data_type.builtin_name() {
            Some("json" | "jsonb") => Some(format!("{name}::{old}")),
            _ => Some(format!("({document} #>> '{{}}')::{old}")),
        };
    }
    if let Some(back) = whole_text(&compact_spaces(using), before, &name, &old) {
        return Some(back);
    }
    if argument(text, "array[", "]") {
        return Some(format!("{name}[1]::{old}"));
    }
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_zero = |text: &str| text.chars().all(|c| matches!(c, '0' | '.'));
    for (sign, back) in [('*', "/"), ('+', "-"), ('-', "+"), ('/', "*")] {
        let Some((left, right)) = text.split_once(sign) else {
            continue;
        };
        let by = match (is_own(left), is_own(right)) {
            (true, _) => right,
            (_, true) if !matches!(sign, '-' | '/') => left,
            _ => continue,
        };
        if number(by) && !(matches!(sign, '*' | '/') && is_zero(by)) {
            return Some(format!("({name}::numeric {back} {by})::{old}"));
        }
    }
    None
}

/// Functions of the column and a constant, with the functions that reverse them.
const FUNCTIONS: [(&str, &str); 7] = [
    ("encode", "decode"),
    ("decode", "encode"),
    ("convert_to", "convert_from"),
    ("convert_from", "convert_to"),
    ("string_to_array", "array_to_string"),
    ("array_to_string", "string_to_array"),
    ("to_timestamp", "extract epoch"),
];

/// Returns the inverse of an expression in which spaces matter, because it has a literal or several words.
fn whole_text(using: &str, before: &Column, name: &str, old: &str) -> Option<String> {
    let is_own = |text: &str| text == before.name || text == ident(&before.name);
    let text = without_parentheses(using);
    let upper = text.to_uppercase();
    if let Some(at) = upper.find(" AT TIME ZONE ") {
        let (of, zone) = (text[..at].trim(), text[at + " AT TIME ZONE ".len()..].trim());
        let zoned = matches!(before.data_type.builtin_name(), Some("timestamp" | "timestamptz"));
        return (is_own(of) && is_literal(zone) && zoned).then(|| format!("{name} AT TIME ZONE {zone}"));
    }
    if upper.starts_with("CASE ") {
        return inverse_case(text, before, name, old);
    }
    let (function, arguments) = text.split_once('(')?;
    let arguments = arguments.strip_suffix(')')?;
    let (_, back) = FUNCTIONS
        .iter()
        .find(|(own, _)| *own == function.trim().to_lowercase())?;
    match (*back, arguments.split_once(',')) {
        ("extract epoch", None) if is_own(arguments.trim()) => Some(format!("extract(epoch FROM {name})::{old}")),
        ("extract epoch", _) => None,
        (back, Some((own, constant))) if is_own(own.trim()) && is_literal(constant.trim()) => {
            Some(format!("{back}({name}, {})::{old}", constant.trim()))
        }
        _ => None,
    }
}

/// Inverts `CASE x WHEN 1 THEN 'a' ... END`, if it maps each value to a different one.
fn inverse_case(text: &str, before: &Column, name: &str, old: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let word = |at: usize, word: &str| {
        tokens
            .get(at)
            .is_some_and(|own: &String| own.eq_ignore_ascii_case(word))
    };
    let own = tokens.get(1)?;
    if !(word(0, "CASE") && (*own == before.name || *own == ident(&before.name))) {
        return None;
    }
    let mut cases = String::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut at = 2;
    while word(at, "WHEN") && word(at + 2, "THEN") {
        let (from, to) = (tokens.get(at + 1)?, tokens.get(at + 3)?);
        // Two values that map to the same one cannot be restored.
        if !seen.insert(to.split("::").next().unwrap_or_default().to_owned()) {
            return None;
        }
        cases.push_str(&format!(" WHEN {to} THEN {from}"));
        at += 4;
    }
    (word(at, "END") && at + 1 == tokens.len() && !cases.is_empty()).then(|| format!("(CASE {name}{cases} END)::{old}"))
}

/// Splits an expression into words, numbers and literals with their casts; `None` if it has anything else.
fn tokens(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = if rest.starts_with(['\'', '"']) {
            let quote = rest.chars().next()?;
            let close = rest[1..].find(quote)? + 2;
            if rest[close..].starts_with(quote) {
                return None;
            }
            let cast = rest[close..]
                .find(char::is_whitespace)
                .map_or(rest.len(), |at| close + at);
            let is_cast = cast == close || rest[close..].starts_with("::");
            if !is_cast {
                return None;
            }
            cast
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        let token = &rest[..end];
        let tail = token.rsplit(['\'', '"']).next().unwrap_or_default();
        if !tail
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '-'))
        {
            return None;
        }
        found.push(token.to_owned());
        rest = rest[end..].trim_start();
    }
    Some(found)
}

/// Checks whether a text is a single literal without quotes or backslashes inside.
fn is_literal(text: &str) -> bool {
    let inner = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inner.is_some_and(|inner| !inner.contains(['\'', '\\']))
}

/// Collapses white space outside of literals to single spaces.
fn compact_spaces(text: &str) -> String {
    let mut compact = String::new();
    let mut within = false;
    for c in text.trim().chars() {
        within ^= c == '\'';
        if within || !c.is_whitespace() {
            compact.push(c);
        } else if !compact.ends_with(' ') {
            compact.push(' ');
        }
    }
    compact
}

/// Removes the parentheses around the whole text.
fn without_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return text;
    };
    let mut depth = 0_i32;
    for c in inner.chars() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return text;
        }
    }
    if depth == 0 { without_parentheses(inner) } else { text }
}

#[cfg(test)]
mod tests {
    use super::inverse;
    use crate::model::{Column, DataType};

    #[test]
    fn common_conversions_have_an_inverse() {
        let back = |using: &str, of: &str| inverse(using, &Column::new("x", DataType::builtin(of), true), "x");
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(back("to_jsonb(x)", "text"), some("(x #>> '{}')::TEXT"));
        assert_eq!(
            back("(x * 100)::bigint", "numeric"),
            some("(x::numeric / 100)::NUMERIC")
        );
        assert_eq!(back("100 * x", "int4"), some("(x::numeric / 100)::INTEGER"));
        assert_eq!(back("x + 1", "int4"), some("(x::numeric - 1)::INTEGER"));
        assert_eq!(back("ARRAY[x]", "int4"), some("x[1]::INTEGER"));
        assert_eq!(
            back("CASE x WHEN 0 THEN 'hot'::sort WHEN 1 THEN 'new'::sort END", "int2"),
            some("(CASE x WHEN 'hot'::sort THEN 0 WHEN 'new'::sort THEN 1 END)::SMALLINT")
        );
        assert_eq!(back("CASE x WHEN 0 THEN 'a' WHEN 1 THEN 'a' END", "int2"), None);
        assert_eq!(back("CASE x WHEN 0 THEN 'a' ELSE 'b' END", "int2"), None);
        assert_eq!(
            back("x AT TIME ZONE 'Europe/Paris'", "timestamp"),
            some("x AT TIME ZONE 'Europe/Paris'")
        );
        assert_eq!(
            back("string_to_array(x, ', ')", "text"),
            some("array_to_string(x, ', ')::TEXT")
        );
        assert_eq!(back("to_timestamp(x)", "int8"), some("extract(epoch FROM x)::BIGINT"));
        assert_eq!(back("x / 100", "numeric"), some("(x::numeric * 100)::NUMERIC"));
        assert_eq!(back("encode(y, 'hex')", "bytea"), None);
        assert_eq!(back("x * 0", "int4"), None);
        assert_eq!(back("1 - x", "int4"), None);
        assert_eq!(back("length(x)", "text"), None);
        assert_eq!(back("(x) + (y)", "int4"), None);
    }
}
