//! The SQL that fills columns in batches.

use std::{collections::BTreeSet, slice};

use super::{
    ident,
    table::alter,
    text::{closed, dollar_quoted},
};
use crate::{
    model::{mentioned_words, quote_literal},
    statement::{Batches, TableAction},
};

/// Renders a `DO` block that fills columns in the order of the primary key.
///
/// The size of the batches follows their duration, and so do the pauses between them: a loaded server is given more time.
pub(super) fn fill_in_batches(of: &Batches) -> String {
    let table = &of.table;
    let label = label(of);
    let names: Vec<String> = of.key.iter().map(|name| ident(name)).collect();
    let variables = |prefix: &str| -> Vec<String> {
        let numbers = 1..=names.len();
        numbers.map(|at| format!("{label}.{prefix}_{at}")).collect()
    };
    let (first, next) = (variables("first"), variables("next"));
    let (key, from) = (row(&names), row(&first));
    let update = || {
        let columns = of.columns.iter();
        let set: Vec<String> = columns
            .map(|(column, value)| format!("{} = {}", ident(column), closed(value)))
            .collect();
        let columns = of.columns.iter();
        let empty: Vec<String> = columns
            .map(|(column, _)| format!("{} IS NULL", ident(column)))
            .collect();
        let empty = match empty.as_slice() {
            [one] => one.clone(),
            many => format!("({})", many.join(" OR ")),
        };
        format!(
            "UPDATE {table} SET {} WHERE {empty} AND {key} >= {from}",
            set.join(", ")
        )
    };
    let text = expanded(include_str!("fill.sql"), |word| match word {
        "label" => label.clone(),
        "declarations" => declarations(of, &names),
        "table" => table.to_string(),
        "literal" => quote_literal(&table.to_string()),
        "shown" => quote_literal(&shown(of)),
        "keys" => names.join(", "),
        "key" => key.clone(),
        "first" => first.join(", "),
        "next" => next.join(", "),
        "from" => from.clone(),
        "until" => row(&next),
        "lock_timeout" => of.lock_timeout.to_string(),
        "row_security_first" if of.row_security => line(4, "PERFORM set_config('row_security', 'off', true)"),
        "row_security" if of.row_security => line(8, "PERFORM set_config('row_security', 'off', true)"),
        "clear" => next.iter().map(|name| line(8, &format!("{name} := NULL"))).collect(),
        "advance" => {
            let pairs = first.iter().zip(&next);
            pairs.map(|(to, from)| line(12, &format!("{to} := {from}"))).collect()
        }
        "update" => update(),
        "disable" => actions(of, &of.disable),
        // A deferred check of a changed row would be in the way of the next ALTER TABLE.
        "enable" if !of.enable.is_empty() => line(12, "SET CONSTRAINTS ALL IMMEDIATE") + &actions(of, &of.enable),
        "message" => quote_literal(&format!("rows of {} stay locked by another transaction", table.plain())),
        "hint" => quote_literal("End that transaction, and run the migration again: it goes on where it stopped"),
        _ => String::new(),
    });
    format!("DO {}", dollar_quoted("fill", &text))
}

/// Replaces each `{{word}}` of a template.
fn expanded(template: &str, text: impl Fn(&str) -> String) -> String {
    let mut found = String::new();
    let mut rest = template;
    while let Some((before, word, after)) = rest
        .split_once("{{")
        .and_then(|(before, rest)| rest.split_once("}}").map(|(word, after)| (before, word, after)))
    {
        found.push_str(before);
        found.push_str(&text(word));
        rest = after;
    }
    found + rest
}

/// Returns the columns for readers: `orders.a, b`.
fn shown(of: &Batches) -> String {
    let names: Vec<&str> = of.columns.iter().map(|(column, _)| column.as_str()).collect();
    format!("{}.{}", of.table.plain(), names.join(", "))
}

fn line(indent: usize, statement: &str) -> String {
    format!("{}{statement};\n", " ".repeat(indent))
}

fn row(list: &[String]) -> String {
    match list {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    }
}

fn declarations(of: &Batches, names: &[String]) -> String {
    let declared = |prefix: &'static str| {
        let numbered = names.iter().enumerate();
        numbered.map(move |(at, name)| line(4, &format!("{prefix}_{} {}.{name}%TYPE", at + 1, of.table)))
    };
    declared("first").chain(declared("next")).collect()
}

fn actions(of: &Batches, list: &[TableAction]) -> String {
    let statements = list
        .iter()
        .map(|action| alter(&of.table, false, slice::from_ref(action)));
    statements.map(|sql| line(12, &sql)).collect()
}

/// Returns the label of the variables, which is neither the table nor a name in the expression.
fn label(of: &Batches) -> String {
    let values = of.columns.iter();
    let words: BTreeSet<String> = values.flat_map(|(_, value)| mentioned_words(value)).collect();
    let is_taken = |name: &str| name == of.table.name || words.contains(name);
    let numbered = (1_u32..).map(|number| format!("fill_{number}"));
    let mut all = std::iter::once("fill".to_owned()).chain(numbered);
    all.find(|name| !is_taken(name)).unwrap_or_default()
}
