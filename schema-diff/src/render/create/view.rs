//! `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.

use super::{
    comment::comment,
    grant::grants,
    index::{Build, index},
    options,
    rule::rule,
    trigger::trigger,
};
use crate::model::{View, quote_ident};

/// Creates a view with everything that hangs on it: options, defaults, comments, indexes, rules, triggers, rights.
pub fn view(view: &View) -> Vec<String> {
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let data = match (view.materialized, view.populated) {
        (true, false) => "\nWITH NO DATA",
        _ => "",
    };
    let mut statements = vec![format!(
        "CREATE {kind} {}{} AS\n{}{data}",
        view.name,
        options(&view.options),
        view.query
    )];
    statements.extend(view.defaults.iter().map(|(column, default)| {
        format!(
            "ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {default}",
            view.name,
            quote_ident(column)
        )
    }));
    if let Some(text) = &view.comment {
        statements.push(comment(&format!("{kind} {}", view.name), Some(text)));
    }
    statements.extend(
        view.column_comments
            .iter()
            .map(|(column, text)| comment(&format!("COLUMN {}.{}", view.name, quote_ident(column)), Some(text))),
    );
    statements.extend(
        view.indexes
            .values()
            .flat_map(|own| index(&view.name, own, Build::Locking)),
    );
    statements.extend(view.rules.values().map(rule));
    statements.extend(view.triggers.values().flat_map(|own| trigger(&view.name, own)));
    statements.extend(grants(&view.name, None, &view.grants));
    statements
}
