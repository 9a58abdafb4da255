//! The keys of an index, parsed from `pg_get_indexdef`.
//!
//! Only Postgres knows the default collation and operator class of a key; its definition contains exactly those that
//! differ. The text of each key is read separately, so only the text between the keys is parsed here.

use crate::model::{IndexKey, quote_ident};

/// Reads the keys. `names` has the column of each key, `None` for an expression, whose text is in `expressions`.
///
/// Returns `None` if the definition does not have the form that Postgres prints.
pub(super) fn read_keys(
    definition: &str,
    method: &str,
    names: &[Option<&str>],
    expressions: &[String],
) -> Option<Vec<IndexKey>> {
    let mut rest = after_method(definition, method)?;
    let mut keys = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(", ")?;
        }
        let mut key = match name {
            Some(name) => {
                rest = rest.strip_prefix(quote_ident(name).as_str())?;
                IndexKey::column(*name)
            }
            None => {
                let text = expressions.get(at)?;
                rest = rest.strip_prefix(text.as_str())?;
                IndexKey {
                    is_expression: true,
                    ..IndexKey::column(text.as_str())
                }
            }
        };
        let (text, after) = rest.split_at_checked(end_of_key(rest))?;
        read_key_options(text, &mut key);
        keys.push(key);
        rest = after;
    }
    rest.starts_with(')').then_some(keys)
}

/// Returns the text after `USING method (`. Names before it that could be mistaken for it are quoted.
fn after_method<'a>(definition: &'a str, method: &str) -> Option<&'a str> {
    let opening = format!(" USING {} (", quote_ident(method));
    let mut at = 0;
    while let Some(rest) = definition.get(at..) {
        if let Some(keys) = rest.strip_prefix(opening.as_str()) {
            return Some(keys);
        }
        at += match rest.chars().next()? {
            '"' => quoted_length(rest),
            other => other.len_utf8(),
        };
    }
    None
}

/// Returns the length of the text that follows a key, up to the comma or parenthesis that ends the key.
fn end_of_key(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0_u32);
    while let Some(next) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        match next {
            ',' | ')' if depth == 0 => break,
            '(' => depth += 1,
            ')' => depth -= 1,
            '"' | '\'' => {
                at += quoted_length(&rest[at..]);
                continue;
            }
            _ => {}
        }
        at += next.len_utf8();
    }
    at
}

/// Returns the length of the quoted text at the start of `rest`, including the quotes.
fn quoted_length(rest: &str) -> usize {
    let quote = if rest.starts_with('\'') { '\'' } else { '"' };
    rest.get(1..)
        .and_then(|inner| inner.find(quote))
        .map_or(rest.len(), |at| at + 2)
}

/// Reads ` COLLATE c operator_class(options) DESC NULLS FIRST`, each of them optional.
fn read_key_options(text: &str, key: &mut IndexKey) {
    let mut text = text;
    for (suffix, first) in [(" NULLS FIRST", Some(true)), (" NULLS LAST", Some(false)), ("", None)] {
        if let Some(rest) = text.strip_suffix(suffix) {
            text = rest;
            if let Some(rest) = text.strip_suffix(" DESC") {
                text = rest;
                key.descending = true;
            }
            // NULLs are the greatest values.
            key.nulls_first = first.unwrap_or(key.descending);
            break;
        }
    }
    if let Some(collation) = text.strip_prefix(" COLLATE ") {
        let end = end_of_name(collation);
        key.collation = collation.get(..end).map(str::to_owned);
        text = collation.get(end..).unwrap_or_default();
    }
    if let Some(class) = text.strip_prefix(' ') {
        key.operator_class = Some(class.to_owned());
    }
}

/// Returns the length of a name, qualified or not, up to the next space outside quotes.
fn end_of_name(rest: &str) -> usize {
    let mut at = 0;
    while let Some(next) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        match next {
            ' ' => break,
            '"' => at += quoted_length(&rest[at..]),
            _ => at += next.len_utf8(),
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::read_keys;
    use crate::model::IndexKey;

    #[test]
    fn words_between_keys() {
        let key = |text: &str| IndexKey::column(text);
        type Case = (
            &'static str,
            &'static str,
            &'static [Option<&'static str>],
            &'static [&'static str],
            Vec<IndexKey>,
        );
        let cases: &[Case] = &[
            (
                "CREATE INDEX i ON public.t USING btree (a)",
                "btree",
                &[Some("a")],
                &[],
                vec![key("a")],
            ),
            (
                "CREATE INDEX \" USING btree (\" ON public.t USING btree (\"A,)\" DESC, b NULLS FIRST) INCLUDE (c)",
                "btree",
                &[Some("A,)"), Some("b")],
                &[],
                vec![
                    IndexKey {
                        descending: true,
                        nulls_first: true,
                        ..key("A,)")
                    },
                    IndexKey {
                        nulls_first: true,
                        ..key("b")
                    },
                ],
            ),
            (
                "CREATE INDEX i ON t USING btree (lower((a)::text) COLLATE \"C D\" public.\"x y\" DESC NULLS LAST, ((a || ')'::text)))",
                "btree",
                &[None, None],
                &["lower((a)::text)", "((a || ')'::text))"],
                vec![
                    IndexKey {
                        is_expression: true,
                        collation: Some("\"C D\"".to_owned()),
                        operator_class: Some("public.\"x y\"".to_owned()),
                        descending: true,
                        ..key("lower((a)::text)")
                    },
                    IndexKey {
                        is_expression: true,
                        ..key("((a || ')'::text))")
                    },
                ],
            ),
            (
                "CREATE INDEX i ON t USING gist (a public.gist_trgm_ops (siglen='32', x='a)''b'), b) WHERE (a > b)",
                "gist",
                &[Some("a"), Some("b")],
                &[],
                vec![
                    IndexKey {
                        operator_class: Some("public.gist_trgm_ops (siglen='32', x='a)''b')".to_owned()),
                        ..key("a")
                    },
                    key("b"),
                ],
            ),
        ];
        for (definition, method, names, expressions, expected) in cases {
            let expressions: Vec<String> = expressions.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(
                read_keys(definition, method, names, &expressions).as_ref(),
                Some(expected),
                "{definition}"
            );
        }
    }
}
