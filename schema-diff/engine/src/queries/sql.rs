//! Queries in strings.

use super::{
    code::Code,
    found::{Access, Found},
};
use crate::{
    model::TableName,
    uses::tokens::{Token, TokenKind},
};

/// Functions and methods that send their argument as SQL, or a part of it.
pub(super) const SENDS: [&str; 5] = ["batch_execute", "simple_query", "sql", "sql_query", "sql_function"];
/// Words after which a text names tables.
const BEFORE_TABLES: [&str; 9] = [
    "copy", "from", "into", "join", "only", "table", "truncate", "update", "using",
];
/// Adds what the string whose first word is at `at` names; `is_in_macro`: an unknown macro is given it. Returns the index after it.
pub(super) fn string(code: &Code, at: usize, is_in_macro: bool, found: &mut Found<'_>) -> usize {
    let kind = code.tokens[at].kind;
    let words: Vec<&Token> = code.tokens[at..]
        .iter()
        .take_while(|token| token.kind == kind)
        .collect();
    let end = at + words.len();
    let is_sent = is_in_macro || is_sent(code, at);
    let first = words.iter().position(|word| is_one(word, &BEFORE_TABLES));
    let after = first.map_or(&[][..], |first| &words[first + 1..]);
    let origin = code.origin(at, "SQL", "may name all columns");
    let tables: Vec<TableName> = found.names.all().cloned().collect();
    for table in &tables {
        let names = |words: &[&Token]| words.iter().any(|word| word.text.eq_ignore_ascii_case(&table.name));
        if names(after) || is_sent && names(&words) {
            found.anything(table, &origin);
        }
        let columns = found.names.columns_in_sql(table).filter(|_| is_sent);
        let named = columns.filter(|own| words.iter().any(|word| word.text.eq_ignore_ascii_case(own)));
        for column in named.map(str::to_owned).collect::<Vec<_>>() {
            let origin = code.origin(at, "SQL", format!("names {column}"));
            found.column((table, &column), Access::ANY, &origin);
        }
    }
    if is_statement(&words) && !after.iter().any(|word| is_known(word, found)) {
        found.everything(&code.origin(at, "SQL", "names a table that is not known"));
    }
    end
}

/// Returns whether a string is, or is a part of, what a function sends.
fn is_sent(code: &Code, at: usize) -> bool {
    let mut open = code.parent(at);
    for _ in 0..3 {
        let Some(own) = open else { return false };
        if code.callee(own).is_some_and(|name| SENDS.contains(&code.text(name))) {
            return true;
        }
        open = code.parent(own);
    }
    false
}

/// Returns whether a function that sends SQL is given anything else than a text in the source: the argument begins after `open`.
pub(super) fn is_built(code: &Code, open: usize) -> bool {
    let is_word = |at: &usize| matches!(code.tokens.get(*at).map(|own| own.kind), Some(TokenKind::Word(_)));
    let mut at = open + 1;
    let is_constant = code.is_ident(at)
        && code
            .text(at)
            .chars()
            .all(|own| own.is_uppercase() || own == '_' || own.is_numeric());
    if is_constant {
        at += 1;
    }
    while is_word(&at) {
        at += 1;
    }
    at == open + 1 || !(code.is(at, ")") || code.is(at, ","))
}

/// Returns whether words are a statement with a table.
fn is_statement(words: &[&Token]) -> bool {
    let has = |list: &[&str]| words.iter().any(|word| is_one(word, list));
    has(&["select", "delete"]) && has(&["from"])
        || has(&["insert"]) && has(&["into"])
        || has(&["update"]) && has(&["set"])
}

/// Returns whether a word is the name of a table of the program, or of Postgres.
fn is_known(word: &Token, found: &Found<'_>) -> bool {
    let text = word.text.to_lowercase();
    found.names.is_in_sql(&text) || text.starts_with("pg_") || text == "information_schema" || text == "generate_series"
}

fn is_one(word: &Token, list: &[&str]) -> bool {
    list.iter().any(|own| word.text.eq_ignore_ascii_case(own))
}
