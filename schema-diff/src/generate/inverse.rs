//! How values come back that a decided conversion has changed: as decided, or by the exact inverse of a common expression.

use std::collections::BTreeMap;

use crate::{
    model::{Column, Pair, Schema, TableName},
    render::{data_type, ident},
    resolve::Resolution,
};

/// A column by table and name.
type Key = (TableName, String);

/// The expressions of `down.sql`, by names of before.
pub(super) fn conversions_back(schemas: Pair<&Schema>, resolution: &Resolution) -> BTreeMap<Key, String> {
    let keys = resolution.usings.keys().chain(resolution.usings_down.keys());
    keys.filter_map(|key| {
        let text = conversion_back(schemas, resolution, key)?;
        Some((name_before(resolution, key), text))
    })
    .collect()
}

/// The expression that converts a column (named as after) back; `None` where none is decided or known.
pub(super) fn conversion_back(schemas: Pair<&Schema>, resolution: &Resolution, key: &Key) -> Option<String> {
    if let Some(text) = resolution.usings_down.get(key) {
        return Some(text.clone());
    }
    let using = resolution.usings.get(key)?;
    let (table, column) = name_before(resolution, key);
    let before = schemas.before.tables.get(&table)?.column(&column)?;
    inverse(using, before, &key.1)
}

fn name_before(resolution: &Resolution, (table, column): &Key) -> Key {
    let flipped = resolution.renames.flip();
    (flipped.table(table), flipped.column(table, column))
}

/// The inverse of an expression over the column alone: `to_jsonb(x)`, `ARRAY[x]`, and a number added or multiplied. `name` is
/// the column's name after.
fn inverse(using: &str, before: &Column, name: &str) -> Option<String> {
    let compact: String = using.chars().filter(|c| !c.is_whitespace()).collect();
    let old = data_type(&before.data_type);
    let name = ident(name);
    let mut text = without_parentheses(&compact);
    // A cast of the whole is undone by the cast to the type of before.
    if let Some((inner, cast)) = text.rsplit_once("::")
        && cast
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '[' | ']' | '(' | ')' | ','))
    {
        text = without_parentheses(inner);
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
            _ => Some(format!("({name} #>> '{{}}')::{old}")),
        };
    }
    if argument(text, "array[", "]") {
        return Some(format!("{name}[1]::{old}"));
    }
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_zero = |text: &str| text.chars().all(|c| matches!(c, '0' | '.'));
    for (sign, back) in [('*', "/"), ('+', "-"), ('-', "+")] {
        let Some((left, right)) = text.split_once(sign) else {
            continue;
        };
        let by = match (is_own(left), is_own(right)) {
            (true, _) => right,
            (_, true) if sign != '-' => left,
            _ => continue,
        };
        if number(by) && !(sign == '*' && is_zero(by)) {
            return Some(format!("({name}::numeric {back} {by})::{old}"));
        }
    }
    None
}

/// The text without parentheses around the whole of it.
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
        assert_eq!(back("x * 0", "int4"), None);
        assert_eq!(back("1 - x", "int4"), None);
        assert_eq!(back("length(x)", "text"), None);
        assert_eq!(back("(x) + (y)", "int4"), None);
    }
}
